#include "socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace loadgen {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

UniqueFd tcp_socket() {
  return UniqueFd{check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
}

void set_option(const UniqueFd& socket, int level, int name, int value) {
  check(::setsockopt(socket.get(), level, name, &value, sizeof value), "setsockopt");
}

}  // namespace

void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

int check(int result, const char* what) {
  if (result < 0) die(what);
  return result;
}

UniqueFd listen_on(std::uint16_t port) {
  UniqueFd socket = tcp_socket();
  set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  check(::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience),
        "setsockopt");
  const sockaddr_in address = loopback(port);
  check(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  check(::listen(socket.get(), SOMAXCONN), "listen");
  return socket;
}

UniqueFd accept_from(const UniqueFd& listener) {
  int fd = -1;
  // A wait with a time limit is not restarted after a signal, not even one that is ignored: the end
  // of a child (see one_shot) lands here.
  do {
    fd = ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
  } while (fd < 0 && errno == EINTR);
  UniqueFd socket{check(fd, "accept from the relay")};
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  return socket;
}

UniqueFd connect_to(std::uint16_t port) {
  UniqueFd socket = tcp_socket();
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  const sockaddr_in address = loopback(port);
  check(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
        "connect to the relay");
  return socket;
}

void set_nonblocking(int fd) {
  check(::fcntl(fd, F_SETFL, O_NONBLOCK), "fcntl");
}

void send_all(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) die("send");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

bool receive_all(int fd, std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t received = ::recv(fd, bytes.data(), bytes.size(), 0);
    if (received < 0) die("recv");
    if (received == 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(received));
  }
  return true;
}

void pin_thread(const std::string& cpus) {
  if (cpus.empty()) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  std::istringstream list(cpus);
  for (std::string cpu; std::getline(list, cpu, ',');) CPU_SET(std::stoul(cpu), &set);
  check(::sched_setaffinity(0, sizeof set, &set), "sched_setaffinity");
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace loadgen
