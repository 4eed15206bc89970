#include "ring/backend.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>

namespace ringcat {
namespace {

std::int64_t or_errno(ssize_t result) {
  return result >= 0 ? result : -errno;
}

}  // namespace

std::int64_t Backend::splice(int from, int to, std::size_t bytes, unsigned flags) {
  return or_errno(
      ::splice(from, nullptr, to, nullptr, bytes, flags | SPLICE_F_NONBLOCK | SPLICE_F_MOVE));
}

std::int64_t Backend::tee(int from, int to, std::size_t bytes) {
  return or_errno(::tee(from, to, bytes, SPLICE_F_NONBLOCK));
}

std::int64_t Backend::receive(int socket, std::span<std::byte> into) {
  return or_errno(::recv(socket, into.data(), into.size(), MSG_DONTWAIT));
}

std::int64_t Backend::send(int socket, std::span<const std::byte> bytes, int flags) {
  return or_errno(::send(socket, bytes.data(), bytes.size(), flags | MSG_DONTWAIT | MSG_NOSIGNAL));
}

int Backend::connect(Operation::Request& request) {
  constexpr std::uint32_t begun = 1;
  const auto* const address = static_cast<const sockaddr*>(request.memory);
  if ((request.flags & begun) == 0) {
    request.flags |= begun;
    if (::connect(request.fd, address, request.length) == 0) return 0;
    if (errno == EAGAIN) return -ECONNREFUSED;  // a Unix socket whose queue is full: not under way
    if (errno != EINPROGRESS) return -errno;
    const bool connected = ::connect(request.fd, address, request.length) == 0 || errno == EISCONN;
    if (connected) return 0;
    return errno == EALREADY ? -EAGAIN : -errno;
  }
  int error = 0;
  socklen_t length = sizeof error;
  if (::getsockopt(request.fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return -errno;
  return -error;
}

}  // namespace ringcat
