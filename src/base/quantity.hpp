// Durations and sizes as people write them, and back.
//
// Thread: any; pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace ringcat {

// A duration: seconds as a decimal number, as socat takes them (`5`, `0.5`, `.25`), or with a unit:
// `250us`, `20ms`, `5s`, `2m`, `1h`. Negative or trailing text is an error that quotes the input.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

// A size in bytes: decimal, `0x` hexadecimal, or with a binary unit: `64k`, `1M`, `2G` (also `KiB`,
// `MiB`, `GiB`).
[[nodiscard]] Result<std::uint64_t> parse_size(std::string_view text);

// A rate or an amount for people: `1.50 GiB`, `312 B`.
[[nodiscard]] std::string format_bytes(std::uint64_t bytes);

// A duration for people: `850 µs`, `20.0 ms`, `5.00 s`, `2 m 03 s`.
[[nodiscard]] std::string format_duration(Duration duration);

}  // namespace ringcat
