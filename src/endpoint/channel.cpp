#include "endpoint/channel.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace ringcat {
namespace {

int socket_option(int fd, int name) noexcept {
  int value = -1;
  socklen_t length = sizeof(value);
  return ::getsockopt(fd, SOL_SOCKET, name, &value, &length) == 0 ? value : -1;
}

FdKind kind_of(int fd, mode_t mode) noexcept {
  if (S_ISSOCK(mode)) {
    return socket_option(fd, SO_TYPE) == SOCK_STREAM ? FdKind::stream_socket
                                                     : FdKind::datagram_socket;
  }
  if (S_ISFIFO(mode)) return FdKind::pipe;
  if (S_ISCHR(mode)) return ::isatty(fd) == 1 ? FdKind::terminal : FdKind::device;
  if (S_ISBLK(mode)) return FdKind::device;
  return FdKind::regular_file;
}

}  // namespace

FdTraits traits_of(int fd) noexcept {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return {};
  FdTraits traits;
  traits.kind = kind_of(fd, status.st_mode);
  const int flags = ::fcntl(fd, F_GETFL);
  traits.nonblocking = (flags & O_NONBLOCK) != 0;
  traits.appending = (flags & O_APPEND) != 0;
  traits.tcp = S_ISSOCK(status.st_mode) && socket_option(fd, SO_PROTOCOL) == IPPROTO_TCP;
  return traits;
}

void add_close_action(CloseAction& actions, std::move_only_function<void()> action) {
  if (actions == nullptr) {
    actions = std::make_unique<std::move_only_function<void()>>(std::move(action));
    return;
  }
  *actions = [first = std::move(*actions), second = std::move(action)]() mutable {
    first();
    second();
  };
}

void run_close_action(CloseAction& action) {
  const CloseAction taken = std::exchange(action, nullptr);
  if (taken != nullptr) (*taken)();
}

Channel& Channel::operator=(Channel&& other) noexcept {
  if (this == &other) return *this;
  close();
  fd = std::move(other.fd);
  write_fd = std::move(other.write_fd);
  reader = other.reader;
  writer = other.writer;
  end_of_output = other.end_of_output;
  readable = other.readable;
  ignore_eof = other.ignore_eof;
  null_eof = other.null_eof;
  cool_write = other.cool_write;
  line_ends = other.line_ends;
  escape = other.escape;
  borrowed = other.borrowed;
  read_limit = other.read_limit;
  size_hint = other.size_hint;
  at_close = std::move(other.at_close);
  return *this;
}

void Channel::close() noexcept {
  if (borrowed) {
    static_cast<void>(fd.release());
    static_cast<void>(write_fd.release());
  }
  fd.reset();
  write_fd.reset();
  run_close_action(at_close);
}

}  // namespace ringcat
