// One ADDRESS of the command line: read, or reported with a caret under what is wrong.
//
// Thread: main. Refuses: judging addresses (the address room does).
#pragma once

#include <optional>
#include <string_view>

#include "address/parser.hpp"

namespace ringcat {

// Nothing after an error, which has been logged. Where the log goes to standard error, the text of
// the address follows with a caret under what is wrong.
[[nodiscard]] std::optional<AddressSpec> read_address(std::string_view text,
                                                      const ParseSettings& settings,
                                                      bool show_caret);

}  // namespace ringcat
