#include "cli/address_argument.hpp"

#include <unistd.h>

#include "base/log.hpp"
#include "cli/output.hpp"

namespace ringcat {

std::optional<AddressSpec> read_address(std::string_view text, const ParseSettings& settings,
                                        bool show_caret) {
  std::expected<AddressSpec, ParseError> spec = parse_address_detailed(text, settings);
  if (spec) return std::move(*spec);
  log(LogLevel::error, spec.error().sentence());
  if (show_caret) print(STDERR_FILENO, spec.error().underlined(text) + "\n");
  return std::nullopt;
}

}  // namespace ringcat
