#include "endpoint/listener.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/log.hpp"
#include "endpoint/fd_options.hpp"
#include "endpoint/socket_options.hpp"

namespace ringcat {
namespace {

// The first port that needs no privilege.
constexpr std::uint16_t first_free_port = 1024;

// Why a peer may not come in, in socat's words; empty where it may.
const char* refusal(const Listener& listener, const SocketAddress& peer) {
  if (listener.range && !listener.range->contains(peer)) return "due to range option";
  if (listener.sourceport != 0 && peer.port() != listener.sourceport)
    return "due to wrong sourceport";
  if (listener.lowport && peer.port() >= first_free_port) return "due to lowport option";
  return nullptr;
}

void log_accepting(const SocketAddress& peer, int fd) {
  log(LogLevel::notice, fmt::format("accepting connection from {} on {}", peer.log_text(),
                                    SocketAddress::local_of(fd).log_text()));
}

std::unexpected<Error> refuse(const SocketAddress& peer, const char* why) {
  const std::string text = fmt::format("refusing connection from {} {}", peer.log_text(), why);
  log(LogLevel::warning, text);
  return fail(text);
}

std::unexpected<Error> refuse(const Error& error) {
  log(LogLevel::warning, error.message);
  return std::unexpected(error);
}

}  // namespace

Listener& Listener::operator=(Listener&& other) noexcept {
  if (this == &other) return *this;
  close();
  fd = std::move(other.fd);
  spec = other.spec;
  local_name = std::move(other.local_name);
  family = other.family;
  tcp = other.tcp;
  fork = other.fork;
  lowport = other.lowport;
  tunes_connections = other.tunes_connections;
  sourceport = other.sourceport;
  max_children = other.max_children;
  accept_timeout = other.accept_timeout;
  range = other.range;
  at_close = std::move(other.at_close);
  return *this;
}

void Listener::close() noexcept {
  fd.reset();
  run_close_action(at_close);
}

Result<Channel> Listener::admit(UniqueFd accepted) const {
  const bool logged = log_enabled(LogLevel::notice);
  if (logged || range || sourceport != 0 || lowport) {
    const SocketAddress peer = SocketAddress::peer_of(accepted.get());
    if (logged) log_accepting(peer, accepted.get());
    if (const char* const why = refusal(*this, peer)) return refuse(peer, why);
    if (log_enabled(LogLevel::info))
      log(LogLevel::info, "permitting connection from " + peer.log_text());
  }
  Channel channel;
  channel.fd = std::move(accepted);
  if (tunes_connections) {
    if (const auto tuned = tune_accepted(channel.fd.get(), family, *spec); !tuned)
      return refuse(tuned.error());
  }
  apply_channel_options(*spec, channel);
  channel.reader = {.kind = FdKind::stream_socket, .nonblocking = true, .tcp = tcp};
  channel.writer = channel.reader;
  return channel;
}

}  // namespace ringcat
