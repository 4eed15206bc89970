#include "peers.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <random>
#include <system_error>

namespace ringcat {
namespace {

// The ground of every test: where it gives way, no test can go on.
int checked(int result) {
  if (result < 0) throw std::system_error(errno, std::generic_category());
  return result;
}

WireEnd over_socket(std::pair<UniqueFd, UniqueFd> sockets) {
  UniqueFd out{checked(::fcntl(sockets.second.get(), F_DUPFD_CLOEXEC, 0))};
  return {channel_over(std::move(sockets.first)), Peer{std::move(sockets.second), std::move(out)}};
}

WireEnd over_pipes() {
  auto [incoming, feeds] = pipe_pair();
  auto [drains, outgoing] = pipe_pair();
  make_nonblocking(incoming.get());
  make_nonblocking(outgoing.get());
  Channel channel = channel_over(std::move(incoming), std::move(outgoing));
  channel.end_of_output = EndOfOutput::close;
  return {std::move(channel), Peer{std::move(drains), std::move(feeds)}};
}

}  // namespace

Bytes random_bytes(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  Bytes bytes(count);
  for (std::size_t at = 0; at < count; at += sizeof(std::uint64_t)) {
    const std::uint64_t word = random();
    std::memcpy(&bytes[at], &word, std::min(sizeof word, count - at));
  }
  return bytes;
}

Bytes bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span{text});
  return {bytes.begin(), bytes.end()};
}

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void Peer::send(std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::write(out_.get(), bytes.data(), bytes.size());
    if (sent < 0) return;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

void Peer::send(std::string_view text) const {
  send(std::as_bytes(std::span{text}));
}

void Peer::end_output() {
  ::shutdown(out_.get(), SHUT_WR);  // a pipe knows only the close
  out_.reset();
}

Bytes Peer::receive(std::size_t count) const {
  constexpr std::size_t at_once = 64 * 1024;
  Bytes received;
  std::array<std::byte, at_once> part;
  while (received.size() < count) {
    const std::size_t most = std::min(at_once, count - received.size());
    const ssize_t got = ::read(in_.get(), part.data(), most);
    if (got <= 0) break;
    received.insert(received.end(), part.begin(), part.begin() + got);
  }
  return received;
}

Bytes Peer::receive_all() const {
  return receive(SIZE_MAX);
}

void Peer::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(in_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  out_.reset();
  in_.reset();
}

WireEnd make_wire(Wire wire) {
  switch (wire) {
    case Wire::tcp:
      return over_socket(tcp_pair());
    case Wire::unix_stream:
      return over_socket(unix_pair());
    case Wire::pipes:
      break;
  }
  return over_pipes();
}

std::pair<UniqueFd, UniqueFd> tcp_pair() {
  const UniqueFd listener{checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  checked(::bind(listener.get(), generic, length));
  checked(::listen(listener.get(), 1));
  checked(::getsockname(listener.get(), generic, &length));
  UniqueFd near{checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
  checked(::connect(near.get(), generic, length));
  UniqueFd far{checked(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC))};
  make_nonblocking(near.get());
  return {std::move(near), std::move(far)};
}

std::pair<UniqueFd, UniqueFd> unix_pair() {
  std::array<int, 2> ends{};
  checked(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()));
  make_nonblocking(ends[0]);
  return {UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

std::pair<UniqueFd, UniqueFd> pipe_pair() {
  std::array<int, 2> ends{};
  checked(::pipe2(ends.data(), O_CLOEXEC));
  return {UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

void make_nonblocking(int fd) {
  checked(::fcntl(fd, F_SETFL, checked(::fcntl(fd, F_GETFL)) | O_NONBLOCK));
}

Channel channel_over(UniqueFd fd) {
  Channel channel;
  channel.reader = channel.writer = traits_of(fd.get());
  channel.fd = std::move(fd);
  return channel;
}

Channel channel_over(UniqueFd reading, UniqueFd writing) {
  Channel channel;
  channel.reader = traits_of(reading.get());
  channel.writer = traits_of(writing.get());
  channel.fd = std::move(reading);
  channel.write_fd = std::move(writing);
  return channel;
}

}  // namespace ringcat
