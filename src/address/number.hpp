// Numbers as options take them: decimal, `0x` hexadecimal, octal with a leading `0`, with a sign.
//
// Thread: any; pure functions.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

namespace ringcat {

enum class NumberFault : std::uint8_t { missing, trailing, out_of_range };

// Base 0 finds the base by the prefix, as strtol(3) does; 8 and the like take it as given.
[[nodiscard]] std::expected<std::int64_t, NumberFault> parse_number(std::string_view text,
                                                                    int base = 0);

}  // namespace ringcat
