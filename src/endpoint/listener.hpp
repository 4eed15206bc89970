// Listener: a bound, listening socket and the rules by which it admits connections.
//
// Shared read-only by all workers of a route once opened; each worker accepts on `fd` through its
// own reactor and passes what it accepted to admit(). Refuses: accepting by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "address/spec.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "endpoint/channel.hpp"
#include "endpoint/range.hpp"

namespace ringcat {

struct Listener {
  UniqueFd fd;                        // non-blocking
  const AddressSpec* spec = nullptr;  // outlives the listener
  std::string local_name;             // as the log shows it: `AF=2 127.0.0.1:17001`
  int family = 0;                     // AF_INET, AF_INET6 or AF_UNIX
  bool tcp = false;
  bool fork = false;
  bool lowport = false;                    // only peers with a port below 1024
  bool tunes_connections = false;          // some options belong to each accepted socket
  std::uint16_t sourceport = 0;            // only peers with this port; 0: any
  unsigned max_children = 0;               // 0: no limit
  std::optional<Duration> accept_timeout;  // for the first connection
  std::optional<Range> range;
  CloseAction at_close;  // unlinks the name of a Unix socket

  Listener() = default;
  Listener(Listener&&) = default;
  Listener& operator=(Listener&& other) noexcept;
  ~Listener() { close(); }

  // Stops listening, then runs at_close. Closing twice does nothing.
  void close() noexcept;

  // Checks a freshly accepted socket (range, lowport, sourceport), logs the connection as socat
  // does, applies the options that belong to a connection, and makes it a channel. An error means
  // "refused": it was logged and the socket is closed.
  [[nodiscard]] Result<Channel> admit(UniqueFd accepted) const;
};

}  // namespace ringcat
