// `ringcat [options] ADDRESS ADDRESS`: from a command line that was read to the route it asks for.
//
// Thread: main. Refuses: what the engine does once the route runs.
#pragma once

#include "cli/command_line.hpp"

namespace ringcat {

// Runs the route to its end. The exit status; errors were logged.
[[nodiscard]] int run_relay(const CommandLine& line);

}  // namespace ringcat
