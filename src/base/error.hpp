// Error and Result: what went wrong, as one sentence a person can act on.
//
// Used for setting things up: parsing, opening, configuring. The data plane speaks in errno values.
// Thread: any.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace ringcat {

struct Error {
  std::string message;  // what, where, why; no final full stop
  int code = 0;         // errno where a system call was the cause, else 0

  // Puts what was being done in front: `listen TCP4-LISTEN:80` + `: ` + the cause.
  [[nodiscard]] Error within(std::string_view what) const;
};

template <typename T>
using Result = std::expected<T, Error>;

// An error without a system call behind it.
[[nodiscard]] std::unexpected<Error> fail(std::string message);

// An error of a system call: `what: Connection refused`. `code` is an errno value (positive).
[[nodiscard]] std::unexpected<Error> fail_errno(std::string_view what, int code);

// The kernel's text for an errno value, e.g. "Connection refused".
[[nodiscard]] std::string errno_text(int code);

}  // namespace ringcat
