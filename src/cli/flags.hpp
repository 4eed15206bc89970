// THE table of command line flags, one row each. A row adds the flag everywhere: parser, help,
// "did you mean".
//
// Thread: any; constant data. Refuses: walking the command line.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/error.hpp"
#include "cli/command_line.hpp"

namespace ringcat {

enum class FlagArgument : std::uint8_t {
  none,
  attached,  // in the same word or not at all: `-ly`, `-lylocal0`, `-ddd`
  required,  // in the same word or the next: `-t5`, `-t 5`, `--threads=4`, `--threads 4`
};

struct Flag {
  std::string_view name;  // with its dashes
  FlagArgument argument;
  std::string_view argument_name;  // for the help
  std::string_view help;
  // Takes the flag into the command line. None: known, but not in this version.
  Result<void> (*apply)(CommandLine& line, std::string_view argument);
};

[[nodiscard]] std::span<const Flag> flags();

}  // namespace ringcat
