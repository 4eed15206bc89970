// Parser: one address of the command line → AddressSpec.
//
//   address  = single [ "!!" single ]
//   single   = kind { ":" parameter } { "," [ option [ "=" value ] ] }
//            | path { "," … }     a word with a `/` in it: GOPEN
//            | number { "," … }   FD
//
// Names in any case; words as lexer.hpp says, commands as program_text.hpp says. Source: socat(1),
// ADDRESS SPECIFICATIONS, and the behaviour of socat 1.7.4.4.
//
// Thread: any; pure functions. Refuses: opening or looking up anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "address/spec.hpp"
#include "base/error.hpp"

namespace ringcat {

enum class ParseFailure : std::uint8_t {
  syntax,
  unknown_kind,
  parameter_count,
  unknown_option,
  option_group,  // the option does not go with this kind
  value,
  not_in_this_version,  // known, and understood so far
};

struct ParseError {
  ParseFailure failure{};
  std::string message;     // in socat's words where socat has some
  std::size_t offset = 0;  // of what is wrong, in the text that was parsed
  std::size_t length = 0;  // of what is wrong; offset + length is never past the end
  std::string hint;        // `did you mean "nodelay"?`, or empty

  // The message with the hint behind it.
  [[nodiscard]] std::string sentence() const;

  // Two lines: the text that was parsed, and `^~~~` under what is wrong.
  [[nodiscard]] std::string underlined(std::string_view text) const;
};

struct ParseSettings {
  bool check_groups = true;  // socat's -g: an option may go with any kind
  bool take_later = false;   // kinds and options that this version does not implement are no error
};

[[nodiscard]] std::expected<AddressSpec, ParseError> parse_address_detailed(
    std::string_view text, const ParseSettings& settings = {});

// The same, with the error as a sentence.
[[nodiscard]] Result<AddressSpec> parse_address(std::string_view text,
                                                const ParseSettings& settings = {});

}  // namespace ringcat
