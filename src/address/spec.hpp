// AddressSpec: what one address on the command line says, checked against the table of kinds and
// options, with every value already of its type.
//
// Thread: any; plain data. Refuses: opening anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "address/table.hpp"
#include "base/clock.hpp"

namespace ringcat {

// bool: switches. int64: numbers, sizes, ports and enumerations (mode, type). Duration: times.
// string: the rest.
using OptionValue = std::variant<bool, std::int64_t, Duration, std::string>;

struct OptionSetting {
  OptionId id;
  OptionValue value;
  std::size_t offset = 0;  // of the option's first character in AddressSpec::text
};

struct AddressSpec {
  KindId kind{};
  std::vector<std::string> parameters;  // unquoted: {"127.0.0.1", "80"}
  std::vector<OptionSetting> options;   // in the order written; a later one wins
  std::string text;                     // as written; of `A!!B` only A
  bool sloppy = false;                  // -s: an option that fails is logged and left out
  bool raw_command = false;  // SYSTEM, SHELL, EXEC: the command was taken without socat's unquoting
  std::unique_ptr<AddressSpec>
      writer;  // of `A!!B`: this one (A) is read from, `writer` (B) written to

  [[nodiscard]] const OptionSetting* find(OptionId id) const;
  [[nodiscard]] bool has(OptionId id) const { return find(id) != nullptr; }

  // A switch: false where it is not given, or given as `name=0`.
  [[nodiscard]] bool flag(OptionId id) const;

  // The value, or nothing where the option is not given. T is one of OptionValue's alternatives and
  // must be the option's own.
  template <typename T>
  [[nodiscard]] std::optional<T> get(OptionId id) const {
    const OptionSetting* const setting = find(id);
    if (setting == nullptr) return std::nullopt;
    return std::get<T>(setting->value);
  }
};

}  // namespace ringcat
