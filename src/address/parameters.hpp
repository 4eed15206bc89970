// The parameters a kind takes, as its row names them: `host:port`, `[filename]`.
//
// Thread: any; pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "address/spec.hpp"
#include "address/table.hpp"

namespace ringcat {

struct ParameterCount {
  std::size_t least = 0;
  std::size_t most = 0;  // least, or one more

  [[nodiscard]] bool admits(std::size_t given) const { return given >= least && given <= most; }
  [[nodiscard]] std::string text() const;  // `2`, `0 or 1`
};

[[nodiscard]] ParameterCount count_parameters(const KindInfo& kind);

// The names of the parameters that `given` of them stand for; `given` must be admitted.
[[nodiscard]] std::vector<std::string_view> parameter_names(const KindInfo& kind,
                                                            std::size_t given);

// The groups of options an address takes: those of its kind, but an unnamed pipe has nothing that
// could be named or opened.
[[nodiscard]] Group option_groups(const AddressSpec& spec);

}  // namespace ringcat
