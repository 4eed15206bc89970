#include "address/lexer.hpp"

#include <algorithm>

namespace ringcat {
namespace {

constexpr std::string_view dual_mark = "!!";

bool is_quote(char c) {
  return c == '\'' || c == '"';
}

// What closes what `c` opens; '\0' where it opens nothing.
char closer_of(char c) {
  switch (c) {
    case '(':
      return ')';
    case '[':
      return ']';
    case '{':
      return '}';
    default:
      return is_quote(c) ? c : '\0';
  }
}

// The meaning of `\c`.
char unescape(char c) {
  constexpr std::string_view letters = "ntrabfv";
  constexpr std::string_view meanings = "\n\t\r\a\b\f\v";
  const std::size_t index = letters.find(c);
  return index == std::string_view::npos ? c : meanings[index];
}

bool stops_at(std::string_view text, std::size_t at, std::string_view stops) {
  return stops.contains(text[at]) || text.substr(at).starts_with(dual_mark);
}

}  // namespace

bool Nesting::take(char c) {
  if (!closers_.empty() && c == closers_.back()) {
    closers_.pop_back();
    return is_quote(c) && closers_.empty();
  }
  const bool literal = !closers_.empty() && closers_.back() == '\'';
  const char closer = closer_of(c);
  if (literal || closer == '\0') return false;
  closers_.push_back(closer);
  return is_quote(c) && closers_.size() == 1;
}

std::expected<char, LexError> Lexer::escaped() {
  const std::size_t backslash = at_++;
  if (at_ == text_.size())
    return std::unexpected(LexError{"nothing follows the backslash", backslash});
  const char c = text_[at_++];
  if (c == '0') return std::unexpected(LexError{"an address cannot contain \\0", backslash});
  return unescape(c);
}

std::expected<std::string, LexError> Lexer::word(std::string_view stops) {
  std::string read;
  Nesting nesting;
  std::size_t outermost = at_;  // where the quote or bracket that is open began
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (nesting.none_open()) {
      if (stops_at(text_, at_, stops)) return read;
      outermost = at_;
    }
    if (c == '\\') {
      const std::expected<char, LexError> meant = escaped();
      if (!meant) return std::unexpected(meant.error());
      read += *meant;
      continue;
    }
    if (!nesting.take(c)) read += c;
    ++at_;
  }
  if (nesting.quote_open())
    return std::unexpected(LexError{"unexpected end of address: a quote is not closed", outermost});
  return read;
}

std::size_t find_unprotected(std::string_view text, std::string_view stops, std::size_t from) {
  Nesting nesting;
  for (std::size_t at = from; at < text.size(); ++at) {
    if (nesting.none_open() && stops_at(text, at, stops)) return at;
    if (text[at] == '\\')
      ++at;
    else
      nesting.take(text[at]);
  }
  return text.size();
}

}  // namespace ringcat
