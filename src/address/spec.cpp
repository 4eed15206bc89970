#include "address/spec.hpp"

#include <algorithm>
#include <ranges>

namespace ringcat {

const OptionSetting* AddressSpec::find(OptionId id) const {
  const auto latest_first = options | std::views::reverse;
  const auto setting = std::ranges::find(latest_first, id, &OptionSetting::id);
  return setting == latest_first.end() ? nullptr : &*setting;
}

bool AddressSpec::flag(OptionId id) const {
  return get<bool>(id).value_or(false);
}

}  // namespace ringcat
