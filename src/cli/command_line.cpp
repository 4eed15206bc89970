#include "cli/command_line.hpp"

#include <fmt/format.h>

#include "address/names.hpp"
#include "cli/flags.hpp"

namespace ringcat {

namespace {

constexpr std::string_view see_help = "; use option \"-h\" for help";

bool is_long(std::string_view word) {
  return word.starts_with("--");
}

// `-` and what may follow it in an address (`-,ignoreeof`, `-!!FILE`, `-:`) are no flags.
bool is_address(std::string_view word) {
  return !word.starts_with('-') || word.size() == 1 || std::string_view{",:!"}.contains(word[1]);
}

// What a long flag is looked up by.
std::string_view name_of(std::string_view word) {
  return word.substr(0, word.find('='));
}

// A short flag's name is the start of its word; none is the start of another's.
const Flag* find_flag(std::string_view word) {
  for (const Flag& flag : flags()) {
    if (is_long(word) ? name_of(word) == flag.name : word.starts_with(flag.name)) return &flag;
  }
  return nullptr;
}

std::unexpected<Error> unknown_flag(std::string_view word) {
  if (word.starts_with("-l"))
    return fail(fmt::format("unknown log option \"{}\"{}", word, see_help));
  if (!is_long(word)) return fail(fmt::format("unknown option \"{}\"{}", word, see_help));
  NearestName nearest{name_of(word)};
  for (const Flag& flag : flags()) nearest.offer(flag.name);
  if (nearest.found().empty()) return fail(fmt::format("unknown option \"{}\"{}", word, see_help));
  return fail(fmt::format("unknown option \"{}\"; did you mean {}?", word, nearest.found()));
}

std::unexpected<Error> no_argument_wanted(const Flag& flag, std::string_view rest) {
  if (is_long(flag.name)) return fail(fmt::format("option {} takes no value", flag.name));
  const std::string_view second = rest.substr(0, 1);
  return fail(fmt::format(
      "do not merge single character options, i.e. use \"{0} -{1}\" instead of \"{0}{1}\"",
      flag.name, second));
}

// Walks over the words; each flag takes its argument from what is left.
class Reader {
 public:
  Reader(std::span<char* const> words, CommandLine& line) : words_(words), line_(line) {}

  Result<void> read_flags() {
    while (!words_.empty() && !is_address(words_.front())) {
      const Result<void> taken = take_flag(next());
      if (!taken) return taken;
      if (line_.action != Action::relay) return {};
    }
    return read_addresses();
  }

 private:
  std::string_view next() {
    const std::string_view word = words_.front();
    words_ = words_.subspan(1);
    return word;
  }

  Result<void> take_flag(std::string_view word) {
    const Flag* const flag = find_flag(word);
    if (flag == nullptr) return unknown_flag(word);
    if (flag->apply == nullptr) {
      return fail(fmt::format("option {} ({}) is not in this version", flag->name, flag->help));
    }
    const Result<std::string_view> argument = argument_of(*flag, word.substr(flag->name.size()));
    if (!argument) return std::unexpected(argument.error());
    const Result<void> applied = flag->apply(line_, *argument);
    if (!applied)
      return std::unexpected(applied.error().within("option " + std::string{flag->name}));
    return {};
  }

  Result<std::string_view> argument_of(const Flag& flag, std::string_view rest) {
    if (flag.argument == FlagArgument::none) {
      if (!rest.empty()) return no_argument_wanted(flag, rest);
      return rest;
    }
    if (is_long(flag.name) && rest.starts_with('=')) return rest.substr(1);
    if (!rest.empty() || flag.argument == FlagArgument::attached) return rest;
    if (words_.empty()) {
      return fail(fmt::format("option {} requires an argument{}", flag.name, see_help));
    }
    return next();
  }

  Result<void> read_addresses() {
    if (words_.size() != line_.addresses.size()) {
      return fail(
          fmt::format("exactly 2 addresses required (there are {}){}", words_.size(), see_help));
    }
    for (std::string& address : line_.addresses) address = next();
    return {};
  }

  std::span<char* const> words_;
  CommandLine& line_;
};

}  // namespace

Result<void> read_command_line(std::span<char* const> arguments, CommandLine& line) {
  return Reader{arguments, line}.read_flags();
}

}  // namespace ringcat
