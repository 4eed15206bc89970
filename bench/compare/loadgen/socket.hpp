// Loopback TCP sockets for the load generator, and the CPUs its threads run on.
//
// Thread: any. Refuses: going on after an error. A benchmark whose set-up fails has no result, so
// every failure here ends the program with a message.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/unique_fd.hpp"

namespace loadgen {

using ringcat::UniqueFd;
using Clock = std::chrono::steady_clock;

// The length of a message of the ping-pong, short-connection and idle scenarios.
inline constexpr std::size_t message_bytes = 64;

// What one read or write of a bulk transfer moves at most.
inline constexpr std::size_t bulk_bytes = 256 * 1024;

// Prints `what` with errno's text and ends the program.
[[noreturn]] void die(const char* what);

// `result` of a system call, or the end of the program where it failed.
int check(int result, const char* what);

[[nodiscard]] UniqueFd listen_on(std::uint16_t port);

// Waits up to ten seconds for a connection: a relay that does not connect must not hang us.
[[nodiscard]] UniqueFd accept_from(const UniqueFd& listener);

[[nodiscard]] UniqueFd connect_to(std::uint16_t port);

void set_nonblocking(int fd);

// Moves all of `bytes`, on a blocking socket. receive_all is false at the end of the stream.
void send_all(int fd, std::span<const std::byte> bytes);
[[nodiscard]] bool receive_all(int fd, std::span<std::byte> bytes);

// Pins the calling thread to a list such as `0,1`. An empty list leaves it as it is.
void pin_thread(const std::string& cpus);

[[nodiscard]] double seconds_since(Clock::time_point start);

}  // namespace loadgen
