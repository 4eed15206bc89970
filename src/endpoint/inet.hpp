// Internet addresses of an AddressSpec: hosts, services, families, and the local side to bind.
//
// Thread: the reactor's. Numbers are read here; only names go to the Resolver. Refuses: sockets.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "address/spec.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "endpoint/open.hpp"
#include "endpoint/resolver.hpp"
#include "endpoint/socket_address.hpp"
#include "ring/task.hpp"

namespace ringcat {

// AF_INET or AF_INET6 where the kind or `pf` demands it, else AF_UNSPEC.
[[nodiscard]] Result<int> demanded_family(const AddressSpec& spec);

// `[host][:service]`, as `bind` is written.
struct HostAndService {
  std::string_view host;
  std::string_view service;
};
[[nodiscard]] HostAndService split_host_and_service(std::string_view text);

// The address where both are numeric: no look-up, no thread.
[[nodiscard]] std::optional<SocketAddress> numeric_address(std::string_view host,
                                                           std::string_view service, int family);

// All addresses of a host; an empty host stands for this one, to be listened on.
[[nodiscard]] Task<Resolver::Answer> find_addresses(OpenContext context, std::string_view host,
                                                    std::string_view service, int family,
                                                    std::optional<TimePoint> until);

// The addresses in the order to try them (RFC 8305 §4): the preferred family first, then the two in
// turn.
[[nodiscard]] std::vector<SocketAddress> in_turn(const std::vector<SocketAddress>& addresses,
                                                 Family preferred);

// What is left until `until`; nothing where there is no limit.
[[nodiscard]] std::optional<Duration> remaining(std::optional<TimePoint> until);

}  // namespace ringcat
