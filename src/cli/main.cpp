// ringcat: reads the command line, and does what it asks for.
#include <unistd.h>

#include <array>
#include <span>
#include <string_view>

#include "base/log.hpp"
#include "cli/command_line.hpp"
#include "cli/explain_command.hpp"
#include "cli/help.hpp"
#include "cli/output.hpp"
#include "cli/process.hpp"
#include "cli/relay_command.hpp"
#include "cli/version.hpp"
#include "ring/features.hpp"

namespace ringcat {

namespace {

using Arguments = std::span<char* const>;

struct Subcommand {
  std::string_view name;
  int (*run)(std::string_view program, Arguments arguments);
};

// None of these words is an address, so one program serves both grammars.
constexpr std::array subcommands{
    Subcommand{"explain", explain_command},
};

int report(const Error& error) {
  log(LogLevel::error, error.message);
  return 1;
}

int print_version(const CommandLine& line, std::string_view program) {
  const Result<Features> features = probe_features(line.backend);
  if (!features) return report(features.error());
  return print(STDOUT_FILENO, version_text(program, *features));
}

int run_socat_command(const std::string& program, Arguments arguments) {
  CommandLine line;
  line.log.program = program;
  const Result<void> read = read_command_line(arguments, line);
  const Result<void> configured = configure_log(line.log);
  if (!configured) return report(configured.error());
  if (!read) return report(read.error());
  switch (line.action) {
    case Action::print_help:
      return print(STDOUT_FILENO, help_text(program, line.help_level));
    case Action::print_version:
      return print_version(line, program);
    case Action::relay:
      return run_relay(line);
  }
  return 1;
}

int run(Arguments words) {
  const std::string program = program_name(words.empty() ? nullptr : words.front());
  if (words.size() < 2) {
    print(STDERR_FILENO, short_usage(program));
    return 1;
  }
  const Arguments arguments = words.subspan(1);
  for (const Subcommand& subcommand : subcommands) {
    if (arguments.front() == subcommand.name) return subcommand.run(program, arguments.subspan(1));
  }
  return run_socat_command(program, arguments);
}

}  // namespace

}  // namespace ringcat

int main(int count, char* words[]) {
  ringcat::reserve_standard_descriptors();
  return ringcat::run({words, static_cast<std::size_t>(count)});
}
