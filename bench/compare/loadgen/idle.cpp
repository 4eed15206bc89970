#include <unistd.h>

#include <array>
#include <cstdio>
#include <vector>

#include "loads.hpp"
#include "options.hpp"
#include "socket.hpp"

namespace loadgen {

void idle(const Options& options) {
  const UniqueFd listener = listen_on(options.port("backend"));
  std::vector<UniqueFd> held;
  std::array<std::byte, message_bytes> message{};
  for (std::uint64_t i = 0; i < options.number("connections"); ++i) {
    const UniqueFd& client = held.emplace_back(connect_to(options.port("port")));
    const int client_fd = client.get();
    const int server_fd = held.emplace_back(accept_from(listener)).get();
    // A message each way: what a relay sets up lazily is there when its memory is looked at.
    send_all(client_fd, message);
    if (!receive_all(server_fd, message)) die("the relay closed a connection");
    send_all(server_fd, message);
    if (!receive_all(client_fd, message)) die("the relay closed a connection");
  }
  std::puts("ready");
  std::fflush(stdout);

  char ignored;
  while (::read(STDIN_FILENO, &ignored, 1) > 0) {
  }
}

}  // namespace loadgen
