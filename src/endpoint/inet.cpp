#include "endpoint/inet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace ringcat {
namespace {

struct KindFamily {
  KindId kind;
  int family;
};

constexpr auto kind_families = std::to_array<KindFamily>({
    {KindId::tcp4_connect, AF_INET},
    {KindId::tcp6_connect, AF_INET6},
    {KindId::tcp4_listen, AF_INET},
    {KindId::tcp6_listen, AF_INET6},
});

struct FamilyName {
  std::string_view name;
  int family;
};

constexpr auto family_names = std::to_array<FamilyName>({
    {"ip4", AF_INET},
    {"ipv4", AF_INET},
    {"inet", AF_INET},
    {"inet4", AF_INET},
    {"4", AF_INET},
    {"2", AF_INET},
    {"ip6", AF_INET6},
    {"ipv6", AF_INET6},
    {"inet6", AF_INET6},
    {"6", AF_INET6},
    {"10", AF_INET6},
});

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Nothing for a name, and for a number that is no port.
std::optional<std::uint16_t> port_number(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

std::string_view without_brackets(std::string_view host) {
  if (!host.starts_with('[') || !host.ends_with(']')) return host;
  return host.substr(1, host.size() - 2);
}

}  // namespace

Result<int> demanded_family(const AddressSpec& spec) {
  const auto* const row = std::ranges::find(kind_families, spec.kind, &KindFamily::kind);
  if (row != kind_families.end()) return row->family;
  const auto wanted = spec.get<std::string>(OptionId::protocol_family);
  if (!wanted) return AF_UNSPEC;
  const auto* const named = std::ranges::find(family_names, *wanted, &FamilyName::name);
  if (named != family_names.end()) return named->family;
  return fail(fmt::format("pf=\"{}\": TCP runs over ip4 or ip6", *wanted));
}

HostAndService split_host_and_service(std::string_view text) {
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return {.host = text, .service = {}};
  const std::size_t colon = text.find(':', bracket);
  if (colon == std::string_view::npos) return {.host = text, .service = {}};
  // A second colon outside brackets: an IPv6 address written bare.
  if (text.find(':', colon + 1) != std::string_view::npos) return {.host = text, .service = {}};
  return {.host = text.substr(0, colon), .service = text.substr(colon + 1)};
}

std::optional<SocketAddress> numeric_address(std::string_view host, std::string_view service,
                                             int family) {
  const auto port = port_number(service);
  return port ? SocketAddress::numeric(host, family, *port) : std::nullopt;
}

Task<Resolver::Answer> find_addresses(OpenContext context, std::string_view host,
                                      std::string_view service, int family,
                                      std::optional<TimePoint> until) {
  if (const auto known = numeric_address(host, service, family))
    co_return std::vector<SocketAddress>{*known};
  if (is_number(service) && !port_number(service))
    co_return fail(fmt::format("port {} is greater than 65535", service));
  Resolver::Question question{.host = std::string{without_brackets(host)},
                              .service = std::string{service},
                              .family = family};
  Resolver::Answer answer =
      co_await context.resolver.lookup(context.reactor, std::move(question), remaining(until));
  co_return answer;
}

std::vector<SocketAddress> in_turn(const std::vector<SocketAddress>& addresses, Family preferred) {
  if (addresses.empty()) return {};
  int family = addresses.front().family();
  if (preferred == Family::ipv4) family = AF_INET;
  if (preferred == Family::ipv6) family = AF_INET6;
  std::vector<SocketAddress> first;
  std::vector<SocketAddress> second;
  for (const SocketAddress& address : addresses)
    (address.family() == family ? first : second).push_back(address);

  std::vector<SocketAddress> ordered;
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) ordered.push_back(first[i]);
    if (i < second.size()) ordered.push_back(second[i]);
  }
  return ordered;
}

std::optional<Duration> remaining(std::optional<TimePoint> until) {
  if (!until) return std::nullopt;
  return std::max(Duration::zero(), *until - now());
}

}  // namespace ringcat
