#include "base/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace ringcat {

namespace {

struct DurationUnit {
  std::string_view name;
  double nanoseconds;
};

constexpr std::array<DurationUnit, 7> duration_units{{
    {"", 1e9},
    {"ns", 1},
    {"us", 1e3},
    {"ms", 1e6},
    {"s", 1e9},
    {"m", 60e9},
    {"h", 3600e9},
}};

struct SizeUnit {
  std::string_view name;
  unsigned shift;
};

constexpr std::array<SizeUnit, 9> size_units{{
    {"", 0},
    {"k", 10},
    {"K", 10},
    {"KiB", 10},
    {"M", 20},
    {"MiB", 20},
    {"G", 30},
    {"GiB", 30},
    {"T", 40},
}};

template <typename Units>
const typename Units::value_type* find_unit(const Units& units, std::string_view name) {
  for (const auto& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

std::unexpected<Error> not_a_duration(std::string_view text) {
  return fail(fmt::format("\"{}\" is not a duration (examples: 5, 0.5, 20ms, 2m)", text));
}

std::unexpected<Error> not_a_size(std::string_view text) {
  return fail(fmt::format("\"{}\" is not a size (examples: 8192, 0x2000, 64k, 1M)", text));
}

struct Number {
  double value;
  std::string_view rest;
};

// A decimal number without sign or exponent: `inf`, `nan` and `1e3` are no durations.
std::optional<Number> leading_decimal(std::string_view text) {
  if (text.empty() || (text[0] != '.' && (text[0] < '0' || text[0] > '9'))) return std::nullopt;
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (error != std::errc{}) return std::nullopt;
  return Number{value, {stop, end}};
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  const std::optional<Number> number = leading_decimal(text);
  if (!number) return not_a_duration(text);
  const DurationUnit* const unit = find_unit(duration_units, number->rest);
  if (unit == nullptr) return not_a_duration(text);
  const double nanoseconds = std::round(number->value * unit->nanoseconds);
  if (nanoseconds >= static_cast<double>(Duration::max().count())) {
    return fail(fmt::format("\"{}\" is longer than a clock can count", text));
  }
  return Duration{static_cast<Duration::rep>(nanoseconds)};
}

Result<std::uint64_t> parse_size(std::string_view text) {
  std::string_view digits = text;
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    digits.remove_prefix(2);
    base = 16;
  }
  std::uint64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  if (error == std::errc::invalid_argument) return not_a_size(text);
  const SizeUnit* const unit = find_unit(size_units, std::string_view{stop, end});
  if (unit == nullptr) return not_a_size(text);
  if (error != std::errc{} || value > (std::numeric_limits<std::uint64_t>::max() >> unit->shift)) {
    return fail(fmt::format("\"{}\" is more than 64 bits can count", text));
  }
  return value << unit->shift;
}

std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array<const char*, 6> names{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes) / 1024;
  std::size_t name = 0;
  // 1023.995 would be rounded to 1024.00 of the smaller unit.
  while (value >= 1023.995 && name + 1 < names.size()) {
    value /= 1024;
    ++name;
  }
  return fmt::format("{:.2f} {}", value, names[name]);
}

std::string format_duration(Duration duration) {
  const std::int64_t ns = duration.count();
  const double seconds = static_cast<double>(ns) / 1e9;
  if (ns < 1'000) return fmt::format("{} ns", ns);
  if (ns < 1'000'000) return fmt::format("{} µs", ns / 1'000);
  if (seconds < 1) return fmt::format("{:.1f} ms", seconds * 1e3);
  if (seconds < 60) return fmt::format("{:.2f} s", seconds);
  const auto whole = static_cast<std::int64_t>(seconds);
  if (whole < 3600) return fmt::format("{} m {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} m", whole / 3600, whole % 3600 / 60);
}

}  // namespace ringcat
