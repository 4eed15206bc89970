// What must hold for every text that is given to the address parser, good or bad. Shared by the
// fuzz target and by the test that runs the kept corpus.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "address/explain.hpp"
#include "address/parser.hpp"

namespace ringcat {

inline bool same_setting(const OptionSetting& left, const OptionSetting& right) {
  return left.id == right.id && left.value == right.value && left.offset == right.offset;
}

inline bool same_single(const AddressSpec& left, const AddressSpec& right) {
  return left.kind == right.kind && left.parameters == right.parameters &&
         std::ranges::equal(left.options, right.options, same_setting) && left.text == right.text &&
         left.raw_command == right.raw_command;
}

inline std::string broken_by_error(std::string_view text, const ParseError& error) {
  if (error.message.empty()) return "an error without a message";
  if (error.offset > text.size()) return "an error behind the end";
  if (error.length > text.size() - error.offset) return "an error that reaches past the end";
  if (error.underlined(text).find('^') == std::string::npos) return "an error without a caret";
  return {};
}

inline std::string broken_by_single(const AddressSpec& spec) {
  for (const OptionSetting& option : spec.options)
    if (option.offset >= spec.text.size()) return "an option that is not in the text";
  const auto again = parse_address_detailed(spec.text, {.take_later = true});
  if (!again) return "text that is refused when read again";
  if (again->writer || !same_single(spec, *again))
    return "text that reads otherwise when read again";
  return {};
}

// The invariant that `text` breaks, or empty.
inline std::string broken_invariant(std::string_view text) {
  const auto spec = parse_address_detailed(text, {.take_later = true});
  const auto strict = parse_address_detailed(text);
  if (!spec) return broken_by_error(text, spec.error());
  if (!strict && strict.error().failure != ParseFailure::not_in_this_version)
    return "an error that taking later kinds hides";
  if (!strict) return broken_by_error(text, strict.error());
  const std::size_t separator = spec->writer ? 2 : 0;
  const std::size_t writer_size = spec->writer ? spec->writer->text.size() : 0;
  if (spec->text.size() + separator + writer_size != text.size()) return "text that was not read";
  if (explain(*spec).empty()) return "nothing to explain";
  const std::string broken = broken_by_single(*spec);
  return broken.empty() && spec->writer ? broken_by_single(*spec->writer) : broken;
}

}  // namespace ringcat
