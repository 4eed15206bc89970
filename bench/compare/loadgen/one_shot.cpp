#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
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

// One transfer takes seconds at most; a command that hangs is ended, not left behind.
constexpr int command_patience_ms = 30'000;

pid_t start(const std::vector<std::string>& words, const std::string& input) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input.c_str(), O_RDONLY, 0);
  pid_t child = 0;
  errno = ::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (errno != 0) die(argv[0]);
  return child;
}

// Runs `words` with `input` as its standard input. The time from its start to its end.
Clock::duration run_command(const std::vector<std::string>& words, const std::string& input) {
  const auto start_time = Clock::now();
  const pid_t child = start(words, input);
  const UniqueFd handle{check(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)), "pidfd_open")};
  pollfd exit{.fd = handle.get(), .events = POLLIN, .revents = 0};
  const bool ended = ::poll(&exit, 1, command_patience_ms) > 0;
  const auto elapsed = Clock::now() - start_time;
  if (!ended) ::kill(child, SIGKILL);

  int status = 0;
  check(::waitpid(child, &status, 0), "waitpid");
  if (!ended || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::fprintf(stderr, "loadgen: %s %s (status %d)\n", words.front().c_str(),
                 ended ? "failed" : "did not end", status);
    std::exit(1);
  }
  return elapsed;
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
    samples.add(run_command(options.command(), options.text("input")));
  }
  sink.join();
  std::printf("{\"wall_us\": %.2f}\n", samples.percentile_us(0.5));
}

}  // namespace loadgen
