#include "cli/help.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>

#include "address/help.hpp"
#include "cli/flags.hpp"

namespace ringcat {

namespace {

std::string flag_synopsis(const Flag& flag) {
  const bool spaced = flag.argument == FlagArgument::required;
  return fmt::format("{}{}{}", flag.name, spaced ? " " : "", flag.argument_name);
}

void append_flags(std::string& text) {
  text += "options:\n";
  for (const Flag& flag : flags()) {
    const char* const missing = flag.apply == nullptr ? " (not in this version)" : "";
    fmt::format_to(std::back_inserter(text), "  {:<30} {}{}\n", flag_synopsis(flag), flag.help,
                   missing);
  }
}

}  // namespace

std::string short_usage(std::string_view program) {
  return fmt::format(
      "usage: {0} [options] ADDRESS ADDRESS\n"
      "       {0} explain ADDRESS [ADDRESS]\n"
      "\n"
      "  {0} TCP-LISTEN:8080,fork,reuseaddr TCP:127.0.0.1:80    serve a port from another\n"
      "  {0} - UNIX-CONNECT:/run/app.sock                       talk to a Unix socket\n"
      "  {0} -u OPEN:data.bin TCP:192.0.2.7:9000                send a file\n"
      "\n"
      "{0} -h lists the options and addresses.\n",
      program);
}

std::string help_text(std::string_view program, unsigned level) {
  std::string text = fmt::format(
      "ringcat: socat's vocabulary at kernel speed\n"
      "usage: {0} [options] ADDRESS ADDRESS\n"
      "       {0} explain ADDRESS [ADDRESS]\n",
      program);
  append_flags(text);
  constexpr std::array depths{HelpDepth::kinds, HelpDepth::common_options, HelpDepth::all_options};
  text += "\n" + address_help(depths.at(level - 1));
  return text;
}

}  // namespace ringcat
