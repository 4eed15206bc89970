// -V: the version, what this build can do, and which backend this machine gives us.
//
// Thread: main. Refuses: writing it out.
#pragma once

#include <string>
#include <string_view>

#include "ring/features.hpp"

namespace ringcat {

// Scripts read the second line, `PROGRAM version X.Y.Z`, and the `#define WITH_X 1` lines, as they
// do with socat.
[[nodiscard]] std::string version_text(std::string_view program, const Features& features);

}  // namespace ringcat
