#include "address/program_text.hpp"

#include <vector>

#include "address/lexer.hpp"

namespace ringcat {
namespace {

constexpr Group made_for_programs =
    Group::exec | Group::fork | Group::parent | Group::pty | Group::termios;

bool is_quote(char c) {
  return c == '\'' || c == '"';
}

// The offset behind the quoted text that begins at `at`; npos where nothing closes it.
std::size_t end_of_quoted(std::string_view text, std::size_t at) {
  Nesting nesting;
  nesting.take(text[at]);
  for (++at; at < text.size() && !nesting.none_open(); ++at) {
    if (text[at] == '\\')
      ++at;
    else
      nesting.take(text[at]);
  }
  return nesting.none_open() ? at : std::string_view::npos;
}

// `"\"…\""` and `'"…"'`: quotes around quotes, so that the inner ones survive socat's reading.
bool protects_quotes(std::string_view quoted) {
  if (quoted.size() < 4) return false;
  std::string_view inner = quoted.substr(1, quoted.size() - 2);
  if (inner.starts_with('\\')) inner.remove_prefix(1);
  return inner.size() > 1 && is_quote(inner.front()) && inner.back() == inner.front();
}

// Whether something in the command would be lost by socat's reading.
bool needs_raw(std::string_view command) {
  std::size_t at = 0;
  Nesting nesting;
  while (at < command.size()) {
    const char c = command[at];
    if (c == '\\') {
      if (command.substr(at + 1).starts_with('\n')) return true;
      at += 2;
    } else if (is_quote(c)) {
      const std::size_t end = end_of_quoted(command, at);
      if (end == std::string_view::npos) return true;
      const bool whole = at == 0 && (end == command.size() || command[end] == ',');
      if (!whole && !protects_quotes(command.substr(at, end - at))) return true;
      at = end;
    } else {
      if (c == ':' && nesting.none_open()) return true;
      nesting.take(c);
      ++at;
    }
  }
  return false;
}

// The offsets of the commas that separate, as socat sees it.
std::vector<std::size_t> separating_commas(std::string_view text) {
  std::vector<std::size_t> commas;
  std::size_t at = find_unprotected(text, ",");
  while (at < text.size()) {
    commas.push_back(at);
    at = find_unprotected(text, ",", at + 1);
  }
  return commas;
}

struct OptionTail {
  std::size_t offset = 0;  // of its first comma; the end of the text where there is none
  bool for_programs = false;
};

// The list of valid options at the end of the text.
OptionTail find_option_tail(KindId kind, std::string_view text) {
  OptionTail tail{text.size()};
  const std::vector<std::size_t> commas = separating_commas(text);
  for (auto comma = commas.rbegin(); comma != commas.rend(); ++comma) {
    const std::string_view option = text.substr(*comma + 1, tail.offset - *comma - 1);
    const OptionInfo* const known = find_option(option.substr(0, option.find('=')));
    if (known == nullptr && !option.empty()) break;
    if (known != nullptr && !intersects(known->groups, info(kind).groups)) break;
    tail.offset = *comma;
    tail.for_programs |= known != nullptr && intersects(known->groups, made_for_programs);
  }
  return tail;
}

std::string join_continued_lines(std::string_view command) {
  std::string joined;
  for (std::size_t at = 0; at < command.size(); ++at) {
    if (command.substr(at).starts_with("\\\n"))
      ++at;
    else
      joined += command[at];
  }
  return joined;
}

// Follows a shell's text as far as it takes to know what is inside of `"$( )"`.
class ShellReader {
 public:
  [[nodiscard]] bool in_quoted_substitution() const { return depth_ > 0; }

  void take(char c, char next) {
    if (depth_ > 0) {
      if (c == '(') ++depth_;
      if (c == ')') --depth_;
    } else if (c == '\'' && !double_quoted_) {
      single_quoted_ = !single_quoted_;
    } else if (c == '"' && !single_quoted_) {
      double_quoted_ = !double_quoted_;
    } else if (c == '$' && next == '(' && double_quoted_) {
      opening_ = true;
    } else if (c == '(' && opening_) {
      opening_ = false;
      depth_ = 1;
    }
  }

  [[nodiscard]] bool single_quoted() const { return single_quoted_; }

 private:
  bool single_quoted_ = false;
  bool double_quoted_ = false;
  bool opening_ = false;  // `"$` was read, `(` is next
  unsigned depth_ = 0;    // of brackets, from the one of `"$(`
};

// People escape quotes inside `"$( )"` although the shell starts afresh there and would take `\"`
// for a quote to print.
std::string plain_quotes_in_substitutions(std::string_view command) {
  std::string plain;
  ShellReader shell;
  for (std::size_t at = 0; at < command.size(); ++at) {
    const char c = command[at];
    const char next = at + 1 < command.size() ? command[at + 1] : '\0';
    if (c != '\\' || shell.single_quoted()) {
      shell.take(c, next);
      plain += c;
      continue;
    }
    if (next != '"' || !shell.in_quoted_substitution()) plain += c;
    if (next != '\0') plain += next;
    ++at;
  }
  return plain;
}

}  // namespace

bool takes_command(KindId kind) {
  return kind == KindId::exec || kind == KindId::system || kind == KindId::shell;
}

std::optional<RawCommand> read_raw_command(KindId kind, std::string_view text) {
  text = text.substr(0, find_unprotected(text, ""));
  const OptionTail tail = find_option_tail(kind, text);
  if (!needs_raw(text.substr(0, tail.offset))) return std::nullopt;
  const std::size_t length = tail.for_programs ? tail.offset : text.size();
  const std::string_view raw = text.substr(0, length);
  return RawCommand{
      kind == KindId::exec ? join_continued_lines(raw) : plain_quotes_in_substitutions(raw),
      length};
}

}  // namespace ringcat
