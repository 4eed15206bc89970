#include "endpoint/sockets.hpp"

#include <fmt/format.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "endpoint/fd_options.hpp"
#include "endpoint/process_options.hpp"
#include "endpoint/socket_options.hpp"

namespace ringcat {
namespace {

// So many connections may wait where the system does not say.
constexpr int fallback_backlog = 4096;

bool is_internet(int family) {
  return family == AF_INET || family == AF_INET6;
}

// The system's own maximum: a burst of connections is no reason to drop any.
int default_backlog() {
  static const int most = [] {
    int value = 0;
    std::ifstream file{"/proc/sys/net/core/somaxconn"};
    return file >> value && value > 0 ? value : fallback_backlog;
  }();
  return most;
}

Result<UniqueFd> raw_socket(const AddressSpec& spec, int family, int type) {
  const Result<NetworkNamespace> entered = NetworkNamespace::enter(spec);
  if (!entered) return std::unexpected(entered.error());
  const int wanted = static_cast<int>(spec.get<std::int64_t>(OptionId::so_type).value_or(type));
  const int protocol = static_cast<int>(spec.get<std::int64_t>(OptionId::so_protocol).value_or(0));
  UniqueFd fd{::socket(family, wanted | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol)};
  if (!fd) return fail_errno("socket", errno);
  return fd;
}

// Sends what is handed over at once; the kernel refuses for what is no TCP, which is then no harm.
void send_at_once(const AddressSpec& spec, int fd) {
  const int on = 1;
  if (!spec.has(OptionId::tcp_nodelay)) ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

Result<void> admission_rules(const AddressSpec& spec, Listener& listener) {
  listener.fork = spec.flag(OptionId::fork);
  listener.max_children =
      static_cast<unsigned>(spec.get<std::int64_t>(OptionId::max_children).value_or(0));
  listener.accept_timeout = spec.get<Duration>(OptionId::accept_timeout);
  listener.lowport = spec.flag(OptionId::lowport);
  listener.sourceport =
      static_cast<std::uint16_t>(spec.get<std::int64_t>(OptionId::sourceport).value_or(0));
  const auto range = spec.get<std::string>(OptionId::range);
  if (!range) return {};
  Result<Range> parsed = Range::parse(*range);
  if (!parsed) return std::unexpected(parsed.error());
  listener.range = *parsed;
  return {};
}

}  // namespace

Result<UniqueFd> make_socket(const AddressSpec& spec, int family, int type) {
  Result<UniqueFd> fd = raw_socket(spec, family, type);
  if (!fd) return fd;
  if (is_internet(family)) send_at_once(spec, fd->get());
  if (const auto set = set_socket_options(fd->get(), family, spec, SocketPhase::fresh); !set)
    return std::unexpected(set.error());
  return fd;
}

Result<void> bind_socket(int fd, const SocketAddress& local) {
  if (::bind(fd, local.data(), local.length()) == 0) return {};
  const int code = errno;
  return fail_errno("bind " + local.text(), code);
}

std::optional<TimePoint> connect_limit(const AddressSpec& spec) {
  const auto timeout = spec.get<Duration>(OptionId::connect_timeout);
  return timeout ? std::optional{now() + *timeout} : std::nullopt;
}

void log_connected(int fd) {
  if (!log_enabled(LogLevel::notice)) return;
  log(LogLevel::notice,
      "successfully connected from local address " + SocketAddress::local_of(fd).log_text());
}

Task<Result<Channel>> connected_channel(OpenContext context, const AddressSpec& spec, UniqueFd fd,
                                        int family) {
  Channel channel;
  channel.fd = std::move(fd);
  const int socket = channel.fd.get();
  const auto set = set_socket_options(socket, family, spec, SocketPhase::connected);
  if (!set) co_return std::unexpected(set.error());
  apply_channel_options(spec, channel);
  channel.reader = channel.writer = tcp_traits;
  const bool changes_fd = has_fd_options(spec);
  if (changes_fd) {
    const Named named = family == AF_UNIX ? Named::yes : Named::no;
    const auto applied = co_await apply_fd_options(context, spec, socket, named);
    if (!applied) co_return std::unexpected(applied.error());
  }
  if (changes_fd || !is_internet(family) || spec.has(OptionId::so_type))
    channel.reader = channel.writer = traits_of(socket);
  co_return channel;
}

Result<Listener> listen_on(const AddressSpec& spec, UniqueFd fd) {
  Listener listener;
  listener.fd = std::move(fd);
  listener.spec = &spec;
  if (const auto rules = admission_rules(spec, listener); !rules)
    return std::unexpected(rules.error());
  const int backlog =
      static_cast<int>(spec.get<std::int64_t>(OptionId::backlog).value_or(default_backlog()));
  if (::listen(listener.fd.get(), backlog) != 0) return fail_errno("listen", errno);

  const SocketAddress local = SocketAddress::local_of(listener.fd.get());
  listener.local_name = local.log_text();
  listener.family = local.family();
  listener.tcp = is_internet(local.family());
  listener.tunes_connections = tunes_accepted(local.family(), spec);
  if (log_enabled(LogLevel::notice)) log(LogLevel::notice, "listening on " + listener.local_name);
  return listener;
}

}  // namespace ringcat
