#include "cli/process.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <string_view>

namespace ringcat {

std::string program_name(const char* called_by) {
  const std::string_view path = called_by != nullptr ? called_by : "";
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return std::string{name.empty() ? "ringcat" : name};
}

void reserve_standard_descriptors() {
  for (;;) {
    const int fd = ::open("/", O_PATH);
    if (fd > STDERR_FILENO) ::close(fd);
    if (fd < 0 || fd > STDERR_FILENO) return;
  }
}

void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  // Where it is refused we go on with what there is: running out is survived.
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void ignore_sigpipe() {
  ::signal(SIGPIPE, SIG_IGN);
}

}  // namespace ringcat
