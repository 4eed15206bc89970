#include "base/error.hpp"

#include <cstring>

namespace ringcat {

Error Error::within(std::string_view what) const {
  std::string text{what};
  text += ": ";
  text += message;
  return Error{std::move(text), code};
}

std::unexpected<Error> fail(std::string message) {
  return std::unexpected(Error{std::move(message), 0});
}

std::unexpected<Error> fail_errno(std::string_view what, int code) {
  return std::unexpected(Error{errno_text(code), code}.within(what));
}

std::string errno_text(int code) {
  const char* const text = strerrordesc_np(code);
  return text != nullptr ? text : "error " + std::to_string(code);
}

}  // namespace ringcat
