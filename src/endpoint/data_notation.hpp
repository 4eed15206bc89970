// socat's notation for bytes (`dalan`): `x7f000001`, `i-1000`, `"text\n"`, `'c'`, separated by
// spaces.
//
// Thread: any; pure functions. Takes text that the parser has checked: what does not follow the
// notation ends the data.
#pragma once

#include <string>
#include <string_view>

namespace ringcat {

// As strtol with base 0: decimal, 0x hexadecimal, 0 octal.
[[nodiscard]] int parse_int(std::string_view text);

// The bytes, numbers in the host's order.
[[nodiscard]] std::string parse_data(std::string_view text);

}  // namespace ringcat
