// The texts that tell how to call the program, from the tables of flags, addresses and options.
//
// Thread: any; pure functions. Refuses: writing them out.
#pragma once

#include <string>
#include <string_view>

namespace ringcat {

// What a call without arguments gets: the shape of the command line and three examples.
[[nodiscard]] std::string short_usage(std::string_view program);

// -h, -hh, -hhh (`level` 1 to 3).
[[nodiscard]] std::string help_text(std::string_view program, unsigned level);

}  // namespace ringcat
