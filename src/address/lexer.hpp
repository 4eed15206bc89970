// Lexer: cuts an address into words as socat does, taking one level of quotes and escapes off.
//
//   '…'        removed; nothing inside is special but `\`
//   "…"        removed; quotes and brackets inside protect further and stay
//   ( [ {      stay, with all that is inside up to the closing one, or to the end of the text
//   \c         the character c; `\n \t \r \a \b \f \v` as in C
//
// Thread: any. Refuses: knowing kinds and options.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace ringcat {

// Which quotes and brackets are open while reading an address from its start.
class Nesting {
 public:
  // Takes one character that is not escaped. True for a quote that is taken off: an outermost one.
  bool take(char c);

  [[nodiscard]] bool none_open() const { return closers_.empty(); }
  [[nodiscard]] bool quote_open() const { return closers_.find_first_of("'\"") != closers_.npos; }

 private:
  std::string closers_;  // what will close that which is open, innermost last
};

// Why a word could not be read, and where.
struct LexError {
  std::string message;
  std::size_t offset = 0;
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  // The word up to the first of `stops` or `!!` that nothing protects, or to the end.
  [[nodiscard]] std::expected<std::string, LexError> word(std::string_view stops);

  [[nodiscard]] std::size_t offset() const { return at_; }
  [[nodiscard]] bool at(std::string_view expected) const { return rest().starts_with(expected); }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

  void skip(std::size_t characters) { at_ += characters; }

 private:
  [[nodiscard]] std::expected<char, LexError> escaped();

  std::string_view text_;
  std::size_t at_ = 0;
};

// The offset of the first of `stops`, or of `!!`, that nothing protects; the end where there is
// none. Quotes that stay open protect the rest.
[[nodiscard]] std::size_t find_unprotected(std::string_view text, std::string_view stops,
                                           std::size_t from = 0);

}  // namespace ringcat
