// Values of options: from text to what the option's row says it is.
//
// Thread: any; pure functions. Refuses: looking anything up (users, services, hosts stay text).
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "address/spec.hpp"
#include "address/table.hpp"

namespace ringcat {

// `value` is what stands behind `=`, without quotes; nothing where there is no `=`. `written` is
// the whole option, to be quoted in the error.
[[nodiscard]] std::expected<OptionValue, std::string> parse_value(
    const OptionInfo& option, const std::optional<std::string>& value, std::string_view written);

}  // namespace ringcat
