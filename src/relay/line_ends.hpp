// Line ends: the byte conversions of `cr` and `crnl`, as socat makes them.
//
// What ends a line where the bytes come from (CR with `cr`, else NL) becomes what ends one where
// they go (CR, CR NL, or NL). From a channel with `crnl` each other CR is dropped, too. Where both
// ends are the same nothing is changed. Thread: any; pure.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "endpoint/channel.hpp"

namespace ringcat {

// Appends `bytes`, read from a channel with `from`, to `out` as a channel with `to` is written.
void append_converted(LineEnds from, LineEnds to, std::span<const std::byte> bytes,
                      std::vector<std::byte>& out);

}  // namespace ringcat
