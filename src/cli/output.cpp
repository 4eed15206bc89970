#include "cli/output.hpp"

#include <unistd.h>

#include <cerrno>

namespace ringcat {

int print(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return 1;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace ringcat
