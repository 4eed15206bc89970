// UNIX-CONNECT, UNIX-CLIENT, ABSTRACT-CONNECT, ABSTRACT-CLIENT.
#include "endpoint/unix_connect.hpp"

#include <cerrno>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "endpoint/inet.hpp"
#include "endpoint/kinds.hpp"
#include "endpoint/sockets.hpp"
#include "endpoint/unix_names.hpp"
#include "ring/reactor.hpp"

namespace ringcat {
namespace {

constexpr int stream_only[] = {SOCK_STREAM};
constexpr int every_type[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM};

// Nothing tells when there is room again in the full queue of a listener.
constexpr Duration full_queue_retry = std::chrono::milliseconds{5};

bool is_abstract(KindId kind) {
  return kind == KindId::abstract_connect || kind == KindId::abstract_client;
}

// A Unix socket is connected at once or not at all, so connect(2) is called here and now; EAGAIN
// says that the listener's queue is full. 0 or -errno.
Task<int> connect_within(Reactor& reactor, int fd, const SocketAddress& peer,
                         std::optional<TimePoint> until) {
  while (::connect(fd, peer.data(), peer.length()) != 0) {
    if (errno != EAGAIN || reactor.is_shut_down()) co_return -errno;
    if (until && now() >= *until) co_return -ETIMEDOUT;
    co_await sleep_for{reactor, full_queue_retry};
  }
  co_return 0;
}

struct Bound {
  UniqueFd fd;
  CloseAction at_close;
};

Result<Bound> client_socket(const AddressSpec& spec, int type) {
  Result<UniqueFd> fd = make_socket(spec, AF_UNIX, type);
  if (!fd) return std::unexpected(fd.error());
  Bound client{.fd = std::move(*fd), .at_close = nullptr};
  const auto bound = is_abstract(spec.kind) ? bind_abstract_client(spec, client.fd.get())
                                            : bind_client(spec, client.fd.get(), client.at_close);
  if (!bound) return std::unexpected(bound.error());
  return client;
}

void log_opening(const SocketAddress& peer) {
  if (!log_enabled(LogLevel::notice)) return;
  log(LogLevel::notice, "opening connection to " + peer.log_text());
}

}  // namespace

Task<Result<Channel>> connect_unix(OpenContext context, const AddressSpec& spec, SocketAddress peer,
                                   PeerType type) {
  log_opening(peer);
  const auto until = connect_limit(spec);
  const bool any = type == PeerType::any && !spec.has(OptionId::so_type);
  int outcome = -EPROTOTYPE;
  for (const int each :
       any ? std::span<const int>{every_type} : std::span<const int>{stream_only}) {
    Result<Bound> client = client_socket(spec, each);
    if (!client) co_return std::unexpected(client.error());
    const int result = co_await connect_within(context.reactor, client->fd.get(), peer, until);
    if (result == 0) {
      log_connected(client->fd.get());
      Result<Channel> channel =
          co_await connected_channel(context, spec, std::move(client->fd), AF_UNIX);
      if (!channel) run_close_action(client->at_close);
      if (channel) channel->at_close = std::move(client->at_close);
      co_return channel;
    }
    run_close_action(client->at_close);
    outcome = result;
    if (outcome != -EPROTOTYPE) break;
  }
  co_return fail_errno("connect", -outcome);
}

Task<Result<Channel>> open_unix_connect(OpenContext context, const AddressSpec& spec) {
  const auto peer = SocketAddress::unix_path(spec.parameters[0]);
  if (!peer) co_return std::unexpected(peer.error());
  Result<Channel> channel = co_await connect_unix(context, spec, *peer, PeerType::stream);
  co_return channel;
}

Task<Result<Channel>> open_unix_client(OpenContext context, const AddressSpec& spec) {
  const auto peer = SocketAddress::unix_path(spec.parameters[0]);
  if (!peer) co_return std::unexpected(peer.error());
  Result<Channel> channel = co_await connect_unix(context, spec, *peer, PeerType::any);
  co_return channel;
}

Task<Result<Channel>> open_abstract_connect(OpenContext context, const AddressSpec& spec) {
  const auto peer = SocketAddress::abstract(spec.parameters[0], tight_length(spec));
  if (!peer) co_return std::unexpected(peer.error());
  Result<Channel> channel = co_await connect_unix(context, spec, *peer, PeerType::stream);
  co_return channel;
}

Task<Result<Channel>> open_abstract_client(OpenContext context, const AddressSpec& spec) {
  const auto peer = SocketAddress::abstract(spec.parameters[0], tight_length(spec));
  if (!peer) co_return std::unexpected(peer.error());
  Result<Channel> channel = co_await connect_unix(context, spec, *peer, PeerType::any);
  co_return channel;
}

}  // namespace ringcat
