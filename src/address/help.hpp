// help: the part of `-h`, `-hh` and `-hhh` that the table of kinds and options makes.
//
// Thread: any; pure functions. Refuses: the command line's own flags.
#pragma once

#include <cstdint>
#include <string>

namespace ringcat {

enum class HelpDepth : std::uint8_t {
  kinds,           // -h: the kinds of addresses
  common_options,  // -hh: and the options by the names people use
  all_options,     // -hhh: and every name an option has, with its groups
};

// Ends with a newline. What this version does not implement is marked.
[[nodiscard]] std::string address_help(HelpDepth depth);

}  // namespace ringcat
