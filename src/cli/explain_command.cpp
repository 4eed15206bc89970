#include "cli/explain_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "address/explain.hpp"
#include "base/log.hpp"
#include "cli/address_argument.hpp"
#include "cli/output.hpp"

namespace ringcat {

int explain_command(std::string_view program, std::span<char* const> addresses) {
  if (addresses.empty()) {
    print(STDERR_FILENO, fmt::format("usage: {} explain ADDRESS [ADDRESS]\n", program));
    return 1;
  }
  if (!configure_log({.program = std::string{program}})) return 1;
  // What comes later is explained, too: its own text says that it does.
  const ParseSettings settings{.take_later = true};
  int status = 0;
  for (const std::string_view address : addresses) {
    const std::optional<AddressSpec> spec = read_address(address, settings, true);
    const int printed = spec ? print(STDOUT_FILENO, explain(*spec)) : 1;
    if (printed != 0) status = 1;
  }
  return status;
}

}  // namespace ringcat
