// Line ends: the byte conversions of `cr` and `crnl`, as socat makes them.
//
// Reading: `crnl` drops every CR, `cr` makes each CR a NL. Writing: NL becomes CR NL or CR. Thread:
// any; pure.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "endpoint/channel.hpp"

namespace ringcat {

// Converts `bytes` as read from a channel with `ends`, in place; what comes back is its new length.
[[nodiscard]] std::size_t convert_read(LineEnds ends, std::span<std::byte> bytes);

// Appends `bytes` to `out` as they are written to a channel with `ends`.
void append_written(LineEnds ends, std::span<const std::byte> bytes, std::vector<std::byte>& out);

}  // namespace ringcat
