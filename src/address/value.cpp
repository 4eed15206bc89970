#include "address/value.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <limits>

#include "address/number.hpp"
#include "address/socket_setting.hpp"
#include "base/quantity.hpp"

namespace ringcat {
namespace {

using Parsed = std::expected<OptionValue, std::string>;

// What an option without `=` means.
enum class Bare : std::uint8_t { is_required, is_one, is_true, is_empty };

struct ValueRule;

// `written` is the whole option, for messages.
using Convert = Parsed (*)(const ValueRule& rule, const std::string& text,
                           std::string_view written);

struct ValueRule {
  ValueType type;
  Bare bare;
  Convert convert;  // nullptr: no value is permitted
  std::int64_t least = 0;
  std::int64_t most = 0;
};

std::unexpected<std::string> fault_in(std::string_view written, std::string_view fault) {
  return std::unexpected(fmt::format("option \"{}\": {}", written, fault));
}

std::expected<std::int64_t, std::string> number_within(const ValueRule& rule,
                                                       const std::string& text,
                                                       std::string_view written, int base = 0) {
  const std::expected<std::int64_t, NumberFault> number = parse_number(text, base);
  if (!number && number.error() == NumberFault::missing)
    return std::unexpected(fmt::format("missing numerical value of option \"{}\"", written));
  if (!number && number.error() == NumberFault::trailing)
    return std::unexpected(
        fmt::format("trailing garbage in numerical arg of option \"{}\"", written));
  if (!number || *number < rule.least || *number > rule.most)
    return fault_in(written, fmt::format("not within {} to {}", rule.least, rule.most));
  return *number;
}

Parsed to_number(const ValueRule& rule, const std::string& text, std::string_view written) {
  return number_within(rule, text, written);
}

Parsed to_flag(const ValueRule& rule, const std::string& text, std::string_view written) {
  const std::expected<std::int64_t, std::string> number = number_within(rule, text, written);
  if (!number) return std::unexpected(number.error());
  return *number != 0;
}

Parsed to_mode(const ValueRule& rule, const std::string& text, std::string_view written) {
  return number_within(rule, text, written, 8);
}

Parsed to_size(const ValueRule& rule, const std::string& text, std::string_view written) {
  const Result<std::uint64_t> bytes = parse_size(text);
  if (!bytes) return fault_in(written, bytes.error().message);
  if (*bytes < 1 || *bytes > static_cast<std::uint64_t>(rule.most))
    return fault_in(written, fmt::format("not within 1 to {}", rule.most));
  return static_cast<std::int64_t>(*bytes);
}

Parsed to_duration(const ValueRule&, const std::string& text, std::string_view written) {
  const Result<Duration> duration = parse_duration(text);
  if (!duration) return fault_in(written, duration.error().message);
  return *duration;
}

Parsed to_text(const ValueRule&, const std::string& text, std::string_view) {
  return text;
}

Parsed to_socket_setting(const ValueRule& rule, const std::string& text, std::string_view written) {
  const Result<SocketSetting> setting = parse_socket_setting(rule.type, text);
  if (!setting) return fault_in(written, setting.error().message);
  return text;
}

constexpr std::int64_t int_least = std::numeric_limits<int>::min();
constexpr std::int64_t int_most = std::numeric_limits<int>::max();
constexpr std::int64_t unsigned_most = std::numeric_limits<unsigned>::max();
constexpr std::int64_t long_least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t long_most = std::numeric_limits<std::int64_t>::max();

// In the order of ValueType.
constexpr auto rules = std::to_array<ValueRule>({
    {ValueType::constant, Bare::is_true, nullptr},
    {ValueType::flag, Bare::is_true, to_flag, int_least, int_most},
    {ValueType::integer, Bare::is_one, to_number, int_least, int_most},
    {ValueType::required_integer, Bare::is_required, to_number, int_least, int_most},
    {ValueType::unsigned_integer, Bare::is_one, to_number, 0, unsigned_most},
    {ValueType::byte, Bare::is_one, to_number, 0, 255},
    {ValueType::port, Bare::is_one, to_number, 0, 65535},
    {ValueType::offset, Bare::is_one, to_number, long_least, long_most},
    {ValueType::size, Bare::is_one, to_size, 1, long_most},
    {ValueType::mode, Bare::is_required, to_mode, 0, 07777},
    {ValueType::duration, Bare::is_required, to_duration},
    {ValueType::text, Bare::is_required, to_text},
    {ValueType::optional_text, Bare::is_empty, to_text},
    {ValueType::socket_data, Bare::is_required, to_socket_setting},
    {ValueType::socket_integer, Bare::is_required, to_socket_setting},
    {ValueType::socket_text, Bare::is_required, to_socket_setting},
});

static_assert([] {
  for (std::size_t row = 0; row < rules.size(); ++row)
    if (static_cast<std::size_t>(rules[row].type) != row) return false;
  return rules.size() == static_cast<std::size_t>(ValueType::socket_text) + 1;
}());

Parsed bare_value(const ValueRule& rule, std::string_view written) {
  switch (rule.bare) {
    case Bare::is_true:
      return true;
    case Bare::is_one:
      return std::int64_t{1};
    case Bare::is_empty:
      return std::string{};
    case Bare::is_required:
      break;
  }
  return fault_in(written, "value required");
}

}  // namespace

std::expected<OptionValue, std::string> parse_value(const OptionInfo& option,
                                                    const std::optional<std::string>& value,
                                                    std::string_view written) {
  const ValueRule& rule = rules[static_cast<std::size_t>(option.type)];
  if (!value) return bare_value(rule, written);
  if (rule.convert == nullptr)
    return std::unexpected(fmt::format("no value permitted for option \"{}\"", option.name));
  return rule.convert(rule, *value, written);
}

}  // namespace ringcat
