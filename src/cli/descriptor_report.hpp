// -D: what the process's open file descriptors are, one line each, as socat prints it.
//
// Thread: main. Refuses: writing it out.
#pragma once

#include <string>

namespace ringcat {

// Descriptors of the engine's own (its ring, its event descriptors) are in the list, too.
[[nodiscard]] std::string descriptor_report();

}  // namespace ringcat
