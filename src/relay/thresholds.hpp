// The numbers that decide when a direction changes its lane, each with the measurement behind it
// (docs/decisions/ tells how they were measured).
#pragma once

#include <cstddef>

#include "base/clock.hpp"

namespace ringcat::thresholds {

// A direction streams when this many receives in a row filled their buffer. One full buffer is a
// large answer; several in a row are a transfer.
inline constexpr unsigned full_receives_to_bulk = 3;

// A bulk lane calms down when this many transfers in a row were small.
inline constexpr unsigned small_transfers_to_calm = 2;
inline constexpr std::size_t small_transfer_bytes = 4 * 1024;

// The most one splice moves. A pipe of 1 MiB has 256 slots, and a slot holds a fragment of up to 32
// KiB.
inline constexpr std::size_t splice_bytes = 4 * 1024 * 1024;

// Data after a pause this long is moved at once; sooner, a bulk flow lets a turn pass first.
inline constexpr Duration pause_before_prompt = std::chrono::milliseconds{1};

// A turn that brought less than this was hardly worth its calls: the flow takes turns half as
// often. One that brought more than the other could have come earlier.
inline constexpr std::size_t thin_turn_bytes = 128 * 1024;
inline constexpr std::size_t fat_turn_bytes = 640 * 1024;

}  // namespace ringcat::thresholds
