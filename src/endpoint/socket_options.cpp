#include "endpoint/socket_options.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>

#include "address/socket_setting.hpp"
#include "base/log.hpp"

namespace ringcat {
namespace {

using enum OptionId;
using enum SocketValue;
using enum SocketPhase;

constexpr auto table = std::to_array<SocketOption>({
    {.id = so_reuseaddr,
     .level = SOL_SOCKET,
     .name = SO_REUSEADDR,
     .inherited = Inherited::meaningless},
    {.id = so_reuseport,
     .level = SOL_SOCKET,
     .name = SO_REUSEPORT,
     .inherited = Inherited::meaningless},
    {.id = so_bindtodevice,
     .level = SOL_SOCKET,
     .name = SO_BINDTODEVICE,
     .value = text,
     .inherited = Inherited::meaningless},
    {.id = so_keepalive, .level = SOL_SOCKET, .name = SO_KEEPALIVE},
    {.id = so_linger, .level = SOL_SOCKET, .name = SO_LINGER, .value = linger},
    {.id = so_broadcast, .level = SOL_SOCKET, .name = SO_BROADCAST},
    {.id = so_rcvbuf, .level = SOL_SOCKET, .name = SO_RCVBUF},
    {.id = so_sndbuf, .level = SOL_SOCKET, .name = SO_SNDBUF},
    {.id = so_rcvbuf_late, .level = SOL_SOCKET, .name = SO_RCVBUF, .phase = connected},
    {.id = so_sndbuf_late, .level = SOL_SOCKET, .name = SO_SNDBUF, .phase = connected},
    {.id = so_rcvlowat, .level = SOL_SOCKET, .name = SO_RCVLOWAT},
    {.id = so_priority, .level = SOL_SOCKET, .name = SO_PRIORITY, .inherited = Inherited::never},
    {.id = so_oobinline, .level = SOL_SOCKET, .name = SO_OOBINLINE},
    {.id = so_dontroute, .level = SOL_SOCKET, .name = SO_DONTROUTE},
    {.id = so_debug, .level = SOL_SOCKET, .name = SO_DEBUG},
    {.id = ip_tos,
     .level = IPPROTO_IP,
     .name = IP_TOS,
     .level6 = IPPROTO_IPV6,
     .name6 = IPV6_TCLASS,
     // A TCP answer takes its type of service from the peer's first packet unless told otherwise.
     .inherited = Inherited::never},
    {.id = ip_ttl,
     .level = IPPROTO_IP,
     .name = IP_TTL,
     .level6 = IPPROTO_IPV6,
     .name6 = IPV6_UNICAST_HOPS},
    {.id = ip_freebind,
     .level = IPPROTO_IP,
     .name = IP_FREEBIND,
     .level6 = IPPROTO_IPV6,
     .name6 = IPV6_FREEBIND,
     .inherited = Inherited::meaningless},
    {.id = ip_transparent,
     .level = IPPROTO_IP,
     .name = IP_TRANSPARENT,
     .level6 = IPPROTO_IPV6,
     .name6 = IPV6_TRANSPARENT,
     .inherited = Inherited::meaningless},
    {.id = ip_mtu_discover,
     .level = IPPROTO_IP,
     .name = IP_MTU_DISCOVER,
     .level6 = IPPROTO_IPV6,
     .name6 = IPV6_MTU_DISCOVER},
    {.id = ipv6_v6only,
     .level = IPPROTO_IPV6,
     .name = IPV6_V6ONLY,
     .inherited = Inherited::meaningless},
    {.id = ipv6_unicast_hops, .level = IPPROTO_IPV6, .name = IPV6_UNICAST_HOPS},
    {.id = ipv6_tclass, .level = IPPROTO_IPV6, .name = IPV6_TCLASS, .inherited = Inherited::never},
    {.id = tcp_nodelay, .level = IPPROTO_TCP, .name = TCP_NODELAY},
    {.id = tcp_cork, .level = IPPROTO_TCP, .name = TCP_CORK},
    {.id = tcp_maxseg, .level = IPPROTO_TCP, .name = TCP_MAXSEG},
    {.id = tcp_maxseg_late, .level = IPPROTO_TCP, .name = TCP_MAXSEG, .phase = connected},
    {.id = tcp_keepidle, .level = IPPROTO_TCP, .name = TCP_KEEPIDLE},
    {.id = tcp_keepintvl, .level = IPPROTO_TCP, .name = TCP_KEEPINTVL},
    {.id = tcp_keepcnt, .level = IPPROTO_TCP, .name = TCP_KEEPCNT},
    {.id = tcp_user_timeout, .level = IPPROTO_TCP, .name = TCP_USER_TIMEOUT},
    {.id = tcp_defer_accept,
     .level = IPPROTO_TCP,
     .name = TCP_DEFER_ACCEPT,
     .inherited = Inherited::meaningless},
    {.id = tcp_linger2, .level = IPPROTO_TCP, .name = TCP_LINGER2},
    {.id = tcp_syncnt, .level = IPPROTO_TCP, .name = TCP_SYNCNT},
    // Not a setting but a wish for the next acknowledgements: a fresh socket forgets it.
    {.id = tcp_quickack, .level = IPPROTO_TCP, .name = TCP_QUICKACK, .phase = connected},
    {.id = tcp_window_clamp, .level = IPPROTO_TCP, .name = TCP_WINDOW_CLAMP},
});

// setsockopt(2) by numbers.
struct NumberedOption {
  OptionId id;
  SocketPhase phase;
};

constexpr auto numbered = std::to_array<NumberedOption>({
    {setsockopt_socket, fresh},
    {setsockopt_listen, fresh},
    {OptionId::setsockopt, connected},
    {setsockopt_bin, connected},
    {setsockopt_int, connected},
    {setsockopt_string, connected},
});

const SocketOption* find(OptionId id) {
  const auto* const row = std::ranges::find(table, id, &SocketOption::id);
  return row == table.end() ? nullptr : row;
}

const NumberedOption* find_numbered(OptionId id) {
  const auto* const row = std::ranges::find(numbered, id, &NumberedOption::id);
  return row == numbered.end() ? nullptr : row;
}

int as_int(const OptionValue& value) {
  if (const bool* const flag = std::get_if<bool>(&value)) return *flag ? 1 : 0;
  return static_cast<int>(std::get<std::int64_t>(value));
}

template <typename T>
int set(int fd, int level, int name, const T& value) {
  return ::setsockopt(fd, level, name, &value, sizeof(value));
}

int set_row(int fd, int family, const SocketOption& row, const OptionValue& value) {
  const bool six = family == AF_INET6 && row.name6 != 0;
  const int level = six ? row.level6 : row.level;
  const int name = six ? row.name6 : row.name;
  if (row.value == text) {
    const auto& bytes = std::get<std::string>(value);
    return ::setsockopt(fd, level, name, bytes.data(), static_cast<socklen_t>(bytes.size()));
  }
  if (row.value == SocketValue::linger)
    return set(fd, level, name, ::linger{.l_onoff = 1, .l_linger = as_int(value)});
  return set(fd, level, name, as_int(value));
}

int set_numbered(int fd, OptionId id, const std::string& written) {
  const Result<SocketSetting> setting = parse_socket_setting(info(id).type, written);
  if (!setting) {
    errno = EINVAL;
    return -1;
  }
  return ::setsockopt(fd, setting->level, setting->name, setting->bytes.data(),
                      static_cast<socklen_t>(setting->bytes.size()));
}

// Which sockets an option is wanted on, beyond its phase.
enum class Stage : std::uint8_t { fresh, connected, accepted_tcp, accepted_other };

bool wanted(SocketPhase phase, Inherited inherited, Stage stage) {
  switch (stage) {
    case Stage::fresh:
      return phase == fresh;
    case Stage::connected:
      return phase == connected;
    case Stage::accepted_tcp:
      return phase == connected || inherited == Inherited::never;
    case Stage::accepted_other:
      return phase == connected || inherited != Inherited::meaningless;
  }
  return false;
}

bool wanted(OptionId id, Stage stage) {
  if (const SocketOption* const row = find(id)) return wanted(row->phase, row->inherited, stage);
  const NumberedOption* const row = find_numbered(id);
  return row != nullptr && wanted(row->phase, Inherited::meaningless, stage);
}

Result<void> set_options(int fd, int family, const AddressSpec& spec, Stage stage) {
  for (const OptionSetting& setting : spec.options) {
    if (!wanted(setting.id, stage)) continue;
    const SocketOption* const row = find(setting.id);
    const int done = row != nullptr
                         ? set_row(fd, family, *row, setting.value)
                         : set_numbered(fd, setting.id, std::get<std::string>(setting.value));
    if (done == 0) continue;
    const auto failed = fail_errno(fmt::format("option {}", info(setting.id).name), errno);
    if (!spec.sloppy) return failed;
    log(LogLevel::error, failed.error().message);
  }
  return {};
}

Stage accepted_stage(int family) {
  return family == AF_UNIX ? Stage::accepted_other : Stage::accepted_tcp;
}

}  // namespace

std::span<const SocketOption> socket_options() {
  return table;
}

Result<void> set_socket_options(int fd, int family, const AddressSpec& spec, SocketPhase phase) {
  return set_options(fd, family, spec, phase == fresh ? Stage::fresh : Stage::connected);
}

Result<void> tune_accepted(int fd, int family, const AddressSpec& spec) {
  return set_options(fd, family, spec, accepted_stage(family));
}

bool tunes_accepted(int family, const AddressSpec& spec) {
  return std::ranges::any_of(spec.options, [&](const OptionSetting& setting) {
    return wanted(setting.id, accepted_stage(family));
  });
}

bool is_numbered_option(OptionId id) {
  return find_numbered(id) != nullptr;
}

}  // namespace ringcat
