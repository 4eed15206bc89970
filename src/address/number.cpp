#include "address/number.hpp"

#include <charconv>
#include <limits>
#include <system_error>

namespace ringcat {
namespace {

// Takes the prefix off that says the base.
int take_base(std::string_view& digits) {
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    digits.remove_prefix(2);
    return 16;
  }
  return digits.starts_with('0') ? 8 : 10;
}

}  // namespace

std::expected<std::int64_t, NumberFault> parse_number(std::string_view text, int base) {
  const bool negative = text.starts_with('-');
  std::string_view digits = negative || text.starts_with('+') ? text.substr(1) : text;
  if (base == 0) base = take_base(digits);
  std::uint64_t magnitude = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stopped, fault] = std::from_chars(digits.data(), end, magnitude, base);
  if (fault == std::errc::invalid_argument) return std::unexpected(NumberFault::missing);
  if (stopped != end) return std::unexpected(NumberFault::trailing);
  constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
  if (fault != std::errc{} || magnitude > largest)
    return std::unexpected(NumberFault::out_of_range);
  const auto value = static_cast<std::int64_t>(magnitude);
  return negative ? -value : value;
}

}  // namespace ringcat
