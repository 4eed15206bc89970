// `ringcat explain ADDRESS…`: how addresses are understood, without opening anything.
//
// Thread: main. Refuses: knowing addresses (the address room does).
#pragma once

#include <span>
#include <string_view>

namespace ringcat {

// Explains each address on standard output. The exit status: 1 where one of them is wrong (reported
// on standard error, with a caret) or none was given.
[[nodiscard]] int explain_command(std::string_view program, std::span<char* const> addresses);

}  // namespace ringcat
