// Loopback connections: what suits a path that is no network.
//
// Thread: any.
#pragma once

#include "endpoint/socket_address.hpp"

namespace ringcat {

// Where the system's congestion control paces (bbr) and `address` is of the loopback interface,
// chooses one that does not: there is no queue to spare, and pacing costs the relay a timer for
// each burst (docs/decisions). `fd` is a TCP socket before connect(2) or listen(2); accepted
// sockets inherit it.
void leave_out_pacing(int fd, const SocketAddress& address);

}  // namespace ringcat
