// What sockets of all families share: making one with its options, binding, listening, and turning
// a connected one into a channel.
//
// Thread: the reactor's that opens. Refuses: names (inet.hpp, unix_names.hpp).
#pragma once

#include <optional>

#include "address/spec.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "endpoint/channel.hpp"
#include "endpoint/listener.hpp"
#include "endpoint/open.hpp"
#include "endpoint/socket_address.hpp"
#include "ring/task.hpp"

namespace ringcat {

// A new socket, non-blocking and close-on-exec, with the address's early options set. `type` holds
// unless `so-type` says otherwise. TCP sockets do not wait to fill segments (TCP_NODELAY) unless
// told to: what a relay is handed, it has already waited for.
[[nodiscard]] Result<UniqueFd> make_socket(const AddressSpec& spec, int family, int type);

// `bind 127.0.0.1:80: Address already in use`
[[nodiscard]] Result<void> bind_socket(int fd, const SocketAddress& local);

// When the attempt to connect must have succeeded (`connect-timeout`), from now.
[[nodiscard]] std::optional<TimePoint> connect_limit(const AddressSpec& spec);

// Logs `successfully connected from local address …`.
void log_connected(int fd);

// What is known of our own stream sockets without asking the kernel.
inline constexpr FdTraits tcp_traits{
    .kind = FdKind::stream_socket, .nonblocking = true, .appending = false, .tcp = true};

// A connected socket of `family` as a channel, the address's late options applied.
[[nodiscard]] Task<Result<Channel>> connected_channel(OpenContext context, const AddressSpec& spec,
                                                      UniqueFd fd, int family);

// Listens on a bound socket by the address's rules (backlog, fork, range, …) and logs that it does.
[[nodiscard]] Result<Listener> listen_on(const AddressSpec& spec, UniqueFd fd);

}  // namespace ringcat
