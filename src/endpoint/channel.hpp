// Channel: an open end of a session, with what a lane must know of its descriptors.
//
// Plain data, owned by the session's coroutine on its reactor's thread. Refuses: moving data.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

#include "base/unique_fd.hpp"

namespace ringcat {

enum class FdKind : std::uint8_t {
  stream_socket,
  datagram_socket,
  pipe,
  terminal,
  regular_file,
  device,  // a character device that is no terminal: /dev/null, /dev/zero
};

struct FdTraits {
  FdKind kind = FdKind::stream_socket;
  bool nonblocking = false;  // O_NONBLOCK is set, so a direct splice(2) cannot hang the reactor
  bool appending = false;    // O_APPEND is set: splice(2) to it answers EINVAL
  bool tcp = false;          // SO_RCVLOWAT, TCP_NODELAY and the like mean something
};

// What is done to the writing side once everything was written (`shut-none`, `shut-down`, …).
enum class EndOfOutput : std::uint8_t { shut_down, close, none, null_packet };

struct Channel {
  UniqueFd fd;        // read from, and written to unless write_fd is open
  UniqueFd write_fd;  // where writing has a descriptor of its own (STDIO, PIPE, A!!B)
  FdTraits reader;
  FdTraits writer;
  EndOfOutput end_of_output = EndOfOutput::shut_down;
  bool ignore_eof = false;  // `ignoreeof`: at end of file, look again as `tail -f` does
  bool borrowed = false;    // standard streams of a served session: never closed
  std::uint64_t read_limit = std::numeric_limits<std::uint64_t>::max();  // `readbytes`, in bytes
  std::uint64_t size_hint = 0;  // bytes that reading is known to give (a regular file), else 0

  // Runs once when the session has closed its descriptors: unlinks names, puts terminals back.
  std::unique_ptr<std::move_only_function<void()>> at_close;

  [[nodiscard]] int reading_fd() const { return fd.get(); }
  [[nodiscard]] int writing_fd() const { return write_fd ? write_fd.get() : fd.get(); }
};

}  // namespace ringcat
