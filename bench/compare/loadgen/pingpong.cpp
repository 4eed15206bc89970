#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "loads.hpp"
#include "options.hpp"
#include "samples.hpp"
#include "socket.hpp"

namespace loadgen {

namespace {

using Message = std::array<std::byte, message_bytes>;

void echo(int fd) {
  Message message;
  while (receive_all(fd, message)) send_all(fd, message);
}

void round_trip(int fd, Message& message) {
  send_all(fd, message);
  if (!receive_all(fd, message)) die("the relay closed the connection");
}

}  // namespace

void pingpong(const Options& options) {
  constexpr std::uint64_t warm_up = 200;
  const UniqueFd listener = listen_on(options.port("backend"));
  UniqueFd client = connect_to(options.port("port"));
  const UniqueFd server = accept_from(listener);
  std::thread echoing([&] { echo(server.get()); });

  Message message{};
  for (std::uint64_t i = 0; i < warm_up; ++i) round_trip(client.get(), message);

  Samples samples;
  std::uint64_t count = warm_up;
  const double limit = options.seconds("seconds");
  for (const auto start = Clock::now(); seconds_since(start) < limit; ++count) {
    const auto before = Clock::now();
    round_trip(client.get(), message);
    samples.add(Clock::now() - before);
  }
  client.reset();
  echoing.join();
  std::printf("{\"round_trips\": %ju, \"p50_us\": %.2f, \"p99_us\": %.2f}\n", std::uintmax_t{count},
              samples.percentile_us(0.5), samples.percentile_us(0.99));
}

}  // namespace loadgen
