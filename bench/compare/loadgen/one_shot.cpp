#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "loads.hpp"
#include "options.hpp"
#include "samples.hpp"
#include "socket.hpp"

namespace loadgen {

namespace {

// Starts `words` with `input` as its standard input and waits for its end.
void run_command(const std::vector<std::string>& words, const std::string& input) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input.c_str(), O_RDONLY, 0);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) die("posix_spawnp");

  int status = 0;
  check(::waitpid(child, &status, 0), "waitpid");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::fprintf(stderr, "loadgen: %s ended with status %d\n", argv[0], status);
    std::exit(1);
  }
}

std::uint64_t receive_to_the_end(int fd) {
  const auto buffer = std::make_unique<std::array<std::byte, bulk_bytes>>();
  std::uint64_t bytes = 0;
  for (;;) {
    const ssize_t received = ::recv(fd, buffer->data(), buffer->size(), 0);
    if (received < 0) die("recv");
    if (received == 0) return bytes;
    bytes += static_cast<std::uint64_t>(received);
  }
}

void expect_connections(const UniqueFd& listener, std::uint64_t count, std::uint64_t bytes) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const UniqueFd connection = accept_from(listener);
    const std::uint64_t received = receive_to_the_end(connection.get());
    if (received == bytes) continue;
    std::fprintf(stderr, "loadgen: %ju bytes received\n", std::uintmax_t{received});
    std::exit(1);
  }
}

}  // namespace

void one_shot(const Options& options) {
  const std::uint64_t count = options.number("count");
  const UniqueFd listener = listen_on(options.port("backend"));
  std::thread sink([&] { expect_connections(listener, count, options.number("bytes")); });

  // A command inherits the CPUs of the thread that starts it.
  pin_thread(options.text("command-cpus"));
  Samples samples;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto start = Clock::now();
    run_command(options.command(), options.text("input"));
    samples.add(Clock::now() - start);
  }
  sink.join();
  std::printf("{\"wall_us\": %.2f}\n", samples.percentile_us(0.5));
}

}  // namespace loadgen
