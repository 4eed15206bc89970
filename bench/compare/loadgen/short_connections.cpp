#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "loads.hpp"
#include "options.hpp"
#include "socket.hpp"

namespace loadgen {

namespace {

// Clients and server in one loop on one thread: the generator shares one CPU among both, and a
// thread switch for each message would be what is measured.
class ShortConnections {
 public:
  ShortConnections(std::uint16_t port, std::uint16_t backend)
      : listener_(listen_on(backend)),
        epoll_(check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {
    target_.sin_family = AF_INET;
    target_.sin_port = htons(port);
    target_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    set_nonblocking(listener_.get());
    watch(listener_.get(), Role::listener, EPOLLIN, EPOLL_CTL_ADD);
  }

  void run(std::uint64_t concurrency, Clock::time_point end) {
    for (std::uint64_t i = 0; i < concurrency; ++i) open_client();
    std::array<epoll_event, 64> events;
    // Past `end` only what is open runs on; a relay that lost a connection ends the wait.
    while (clients_ > 0 && Clock::now() < end + std::chrono::seconds(5)) {
      const int ready = ::epoll_wait(epoll_.get(), events.data(), events.size(), 100);
      for (int i = 0; i < ready; ++i) handle(events[i], Clock::now() < end);
    }
    failed_ += clients_;
  }

  [[nodiscard]] std::uint64_t completed() const { return completed_; }
  [[nodiscard]] std::uint64_t failed() const { return failed_; }

 private:
  enum class Role : std::uint32_t { listener, server, connecting_client, client };

  void watch(int fd, Role role, std::uint32_t events, int operation) {
    const auto tag = static_cast<std::uint64_t>(role) << 32 | static_cast<std::uint32_t>(fd);
    epoll_event event{.events = events, .data = {.u64 = tag}};
    check(::epoll_ctl(epoll_.get(), operation, fd, &event), "epoll_ctl");
  }

  void handle(const epoll_event& event, bool more) {
    const int fd = static_cast<int>(event.data.u64 & 0xffff'ffff);
    switch (static_cast<Role>(event.data.u64 >> 32)) {
      case Role::listener:
        return accept_all();
      case Role::server:
        return answer(fd);
      case Role::connecting_client:
        send_message(fd);
        return watch(fd, Role::client, EPOLLIN, EPOLL_CTL_MOD);
      case Role::client:
        close_client(fd);
        if (more) open_client();
    }
  }

  void open_client() {
    const int fd = check(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
    const int result = ::connect(fd, reinterpret_cast<const sockaddr*>(&target_), sizeof target_);
    if (result < 0 && errno != EINPROGRESS) die("connect to the relay");
    ++clients_;
    if (result < 0) return watch(fd, Role::connecting_client, EPOLLOUT, EPOLL_CTL_ADD);
    send_message(fd);
    watch(fd, Role::client, EPOLLIN, EPOLL_CTL_ADD);
  }

  // The answer is there, whole: it is one segment. Anything else is a lost connection.
  void close_client(int fd) {
    const ssize_t received = ::recv(fd, message_.data(), message_.size(), 0);
    const bool whole = received == static_cast<ssize_t>(message_.size());
    ++(whole ? completed_ : failed_);
    --clients_;
    ::close(fd);
  }

  void accept_all() {
    for (;;) {
      const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK);
      if (fd < 0) return;
      watch(fd, Role::server, EPOLLIN, EPOLL_CTL_ADD);
    }
  }

  void answer(int fd) {
    const ssize_t received = ::recv(fd, message_.data(), message_.size(), 0);
    if (received > 0) {
      send_message(fd);
    } else {
      ::close(fd);
    }
  }

  // A connection that was reset is noticed where its answer is awaited.
  void send_message(int fd) {
    [[maybe_unused]] const ssize_t sent =
        ::send(fd, message_.data(), message_.size(), MSG_NOSIGNAL);
  }

  UniqueFd listener_;
  UniqueFd epoll_;
  sockaddr_in target_{};
  std::array<std::byte, message_bytes> message_{};
  std::uint64_t clients_ = 0;
  std::uint64_t completed_ = 0;
  std::uint64_t failed_ = 0;
};

}  // namespace

void short_connections(const Options& options) {
  ShortConnections load(options.port("port"), options.port("backend"));
  const auto start = Clock::now();
  const auto duration = std::chrono::duration<double>(options.seconds("seconds"));
  load.run(options.number("concurrency"),
           start + std::chrono::duration_cast<Clock::duration>(duration));
  std::printf("{\"connections\": %ju, \"failed\": %ju, \"seconds\": %.6f}\n",
              std::uintmax_t{load.completed()}, std::uintmax_t{load.failed()},
              seconds_since(start));
}

}  // namespace loadgen
