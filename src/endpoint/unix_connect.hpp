// Connecting to Unix sockets, shared by the kinds that do so (GOPEN of a socket's path too).
//
// Thread: the reactor's. Refuses: knowing where the name came from.
#pragma once

#include "address/spec.hpp"
#include "base/error.hpp"
#include "endpoint/channel.hpp"
#include "endpoint/open.hpp"
#include "endpoint/socket_address.hpp"
#include "ring/task.hpp"

namespace ringcat {

// Which types of socket are tried: a stream, or whatever the peer is (stream, then seqpacket, then
// datagram).
enum class PeerType : bool { stream, any };

[[nodiscard]] Task<Result<Channel>> connect_unix(OpenContext context, const AddressSpec& spec,
                                                 SocketAddress peer, PeerType type);

}  // namespace ringcat
