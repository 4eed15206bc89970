// The numbers that decide when a direction changes its lane, each with the measurement behind it
// (docs/decisions/ tells how they were measured).
#pragma once

#include <cstddef>

namespace ringcat::thresholds {

// A direction streams when this many receives in a row filled their buffer. One full buffer is a
// large answer; several in a row are a transfer.
inline constexpr unsigned full_receives_to_bulk = 3;

// A bulk lane calms down when this many transfers in a row were small.
inline constexpr unsigned small_transfers_to_calm = 8;
inline constexpr std::size_t small_transfer_bytes = 4 * 1024;

// The most one splice moves. A pipe of 1 MiB has 256 slots, and a slot holds a fragment of up to 32
// KiB.
inline constexpr std::size_t splice_bytes = 4 * 1024 * 1024;

// A bulk flow that found nothing this many turns in a row waits for readiness again.
inline constexpr unsigned empty_turns_to_wait = 2;

}  // namespace ringcat::thresholds
