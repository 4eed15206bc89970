// Channel: an open end of a session, with what a lane must know of its descriptors.
//
// Owned by the session's coroutine on its reactor's thread; closes what it owns when it goes, on
// every path. Refuses: moving data.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

#include "base/unique_fd.hpp"

namespace ringcat {

enum class FdKind : std::uint8_t {
  stream_socket,
  datagram_socket,  // keeps the borders of packets (SOCK_SEQPACKET too)
  pipe,
  terminal,
  regular_file,
  device,  // a character or block device that is no terminal: /dev/null, /dev/zero
};

struct FdTraits {
  FdKind kind = FdKind::stream_socket;
  bool nonblocking = false;  // O_NONBLOCK is set, so a direct splice(2) cannot hang the reactor
  bool appending = false;    // O_APPEND is set: splice(2) to it answers EINVAL
  bool tcp = false;          // SO_RCVLOWAT, TCP_NODELAY and the like mean something
};

// What `fd` is, found out by asking the kernel.
[[nodiscard]] FdTraits traits_of(int fd) noexcept;

// What is done to the writing side once everything was written (`shut-none`, `shut-down`, …).
enum class EndOfOutput : std::uint8_t { shut_down, close, none, null_packet };

// `cr`, `crnl`: what a line's end is turned into when writing, and back from when reading.
enum class LineEnds : std::uint8_t { as_they_are, cr, crnl };

// Runs once when the last descriptor of its owner was closed.
using CloseAction = std::unique_ptr<std::move_only_function<void()>>;

// Adds `action` behind what `actions` does already.
void add_close_action(CloseAction& actions, std::move_only_function<void()> action);

// Takes the action out and runs it; nothing where there is none.
void run_close_action(CloseAction& action);

struct Channel {
  UniqueFd fd;        // read from, and written to unless write_fd is open
  UniqueFd write_fd;  // where writing has a descriptor of its own (STDIO, PIPE, A!!B)
  FdTraits reader;
  FdTraits writer;
  EndOfOutput end_of_output = EndOfOutput::shut_down;
  bool readable = true;     // false: opened for writing only (STDOUT into a pipe); it never reads
  bool ignore_eof = false;  // `ignoreeof`: at end of file, look again as `tail -f` does
  bool null_eof = false;    // `null-eof`: an empty packet is end of file
  bool cool_write = false;  // `cool-write`: EPIPE and ECONNRESET are news, not errors
  LineEnds line_ends = LineEnds::as_they_are;
  std::int16_t escape = -1;  // `escape`: this byte, read, is end of file; -1: none
  bool borrowed = false;     // standard streams of a served session: let go, never closed
  std::uint64_t read_limit = std::numeric_limits<std::uint64_t>::max();  // `readbytes`, in bytes
  std::uint64_t size_hint = 0;  // bytes that reading is known to give (a regular file), else 0

  // Unlinks names, puts terminals back.
  CloseAction at_close;

  Channel() = default;
  Channel(Channel&&) = default;
  Channel& operator=(Channel&& other) noexcept;
  ~Channel() { close(); }

  // Closes the descriptors (or lets go of borrowed ones), then runs at_close. No operation may be
  // under way on them. Closing twice does nothing.
  void close() noexcept;

  [[nodiscard]] int reading_fd() const { return fd.get(); }
  [[nodiscard]] int writing_fd() const { return write_fd ? write_fd.get() : fd.get(); }
};

// Idle connections are counted in bytes.
static_assert(sizeof(Channel) <= 64);

}  // namespace ringcat
