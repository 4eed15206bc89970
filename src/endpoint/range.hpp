// Range: the peers a listener admits (`range`): a network and how many of its bits count.
//
// Thread: any; plain data. Refuses: names (a range is checked for each connection, on the reactor).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "endpoint/socket_address.hpp"

namespace ringcat {

class Range {
 public:
  // socat's forms: `10.0.0.0/8`, `10.0.0.0:255.0.0.0`, `[::1]/128`.
  [[nodiscard]] static Result<Range> parse(std::string_view text);

  // An IPv4 peer of an IPv6 socket (::ffff:a.b.c.d) is compared as the IPv4 address it is.
  [[nodiscard]] bool contains(const SocketAddress& peer) const noexcept;

 private:
  using Bytes = std::array<std::uint8_t, 16>;

  int family_ = 0;  // AF_INET: the first 4 bytes count; AF_INET6: all 16
  Bytes network_{};
  Bytes mask_{};
};

}  // namespace ringcat
