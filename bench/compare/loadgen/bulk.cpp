#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "loads.hpp"
#include "options.hpp"
#include "socket.hpp"

namespace loadgen {

namespace {

using Flows = std::vector<UniqueFd>;
using Buffer = std::array<std::byte, bulk_bytes>;

UniqueFd watch(const Flows& flows, std::uint32_t events) {
  UniqueFd epoll{check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
  for (std::size_t i = 0; i < flows.size(); ++i) {
    set_nonblocking(flows[i].get());
    epoll_event event{.events = events, .data = {.u64 = i}};
    check(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, flows[i].get(), &event), "epoll_ctl");
  }
  return epoll;
}

// Sends on every flow until `end`, then shuts them down. The bytes sent.
std::uint64_t send_until(const Flows& flows, Clock::time_point end) {
  const UniqueFd epoll = watch(flows, EPOLLOUT);
  const auto buffer = std::make_unique<Buffer>();
  std::array<epoll_event, 64> events;
  std::uint64_t bytes = 0;
  while (Clock::now() < end) {
    const int ready = ::epoll_wait(epoll.get(), events.data(), events.size(), 100);
    for (int i = 0; i < ready; ++i) {
      const UniqueFd& flow = flows[events[i].data.u64];
      const ssize_t sent = ::send(flow.get(), buffer->data(), buffer->size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN) die("send");
      if (sent > 0) bytes += static_cast<std::uint64_t>(sent);
    }
  }
  for (const UniqueFd& flow : flows) ::shutdown(flow.get(), SHUT_WR);
  return bytes;
}

// Receives on every flow until all have ended. The bytes received.
std::uint64_t receive_to_the_end(const Flows& flows) {
  const UniqueFd epoll = watch(flows, EPOLLIN);
  const auto buffer = std::make_unique<Buffer>();
  std::array<epoll_event, 64> events;
  std::uint64_t bytes = 0;
  std::size_t open = flows.size();
  while (open > 0) {
    const int ready = ::epoll_wait(epoll.get(), events.data(), events.size(), -1);
    for (int i = 0; i < ready; ++i) {
      const int flow = flows[events[i].data.u64].get();
      const ssize_t received = ::recv(flow, buffer->data(), buffer->size(), 0);
      if (received < 0 && errno != EAGAIN) die("recv");
      if (received > 0) bytes += static_cast<std::uint64_t>(received);
      if (received == 0) {
        check(::epoll_ctl(epoll.get(), EPOLL_CTL_DEL, flow, nullptr), "epoll_ctl");
        --open;
      }
    }
  }
  return bytes;
}

}  // namespace

void bulk(const Options& options) {
  const UniqueFd listener = listen_on(options.port("backend"));
  Flows sources;
  Flows sinks;
  for (std::uint64_t i = 0; i < options.number("flows"); ++i) {
    sources.push_back(connect_to(options.port("port")));
    sinks.push_back(accept_from(listener));
  }

  const auto start = Clock::now();
  const auto duration = std::chrono::duration<double>(options.seconds("seconds"));
  const auto end = start + std::chrono::duration_cast<Clock::duration>(duration);
  std::uint64_t received = 0;
  std::thread sink([&] { received = receive_to_the_end(sinks); });
  const std::uint64_t sent = send_until(sources, end);
  sink.join();
  const double elapsed = seconds_since(start);

  if (sent != received) {
    std::fprintf(stderr, "loadgen: %ju bytes sent, %ju received\n", std::uintmax_t{sent},
                 std::uintmax_t{received});
    std::exit(1);
  }
  std::printf("{\"bytes\": %ju, \"seconds\": %.6f}\n", std::uintmax_t{received}, elapsed);
}

}  // namespace loadgen
