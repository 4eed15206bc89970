// TCP-LISTEN, TCP4-LISTEN, TCP6-LISTEN.
#include <string>
#include <utility>

#include "endpoint/inet.hpp"
#include "endpoint/kinds.hpp"
#include "endpoint/loopback.hpp"
#include "endpoint/sockets.hpp"

namespace ringcat {
namespace {

// Where an address leaves the family open: what `bind` is, else IPv4 unless -6 was given.
int listening_family(const AddressSpec& spec, Family preferred, int demanded) {
  if (demanded != AF_UNSPEC) return demanded;
  if (spec.has(OptionId::bind)) return AF_UNSPEC;
  return preferred == Family::ipv6 ? AF_INET6 : AF_INET;
}

// A listener that starts again must not wait for the old connections' TIME_WAIT.
void reuse_address(const AddressSpec& spec, int fd) {
  const int on = 1;
  if (!spec.has(OptionId::so_reuseaddr))
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
}

Task<Result<SocketAddress>> local_address(OpenContext context, const AddressSpec& spec,
                                          int family) {
  const std::string bound = spec.get<std::string>(OptionId::bind).value_or("");
  const std::string_view host = split_host_and_service(bound).host;
  const std::string& port = spec.parameters[0];
  if (host.empty()) {
    const int side = family == AF_UNSPEC ? AF_INET : family;
    if (const auto any = numeric_address(side == AF_INET6 ? "::" : "0.0.0.0", port, side))
      co_return *any;
  }
  const Resolver::Answer found = co_await find_addresses(context, host, port, family, std::nullopt);
  if (!found) co_return std::unexpected(found.error());
  co_return found->front();
}

}  // namespace

Task<Result<Listener>> open_tcp_listen(OpenContext context, const AddressSpec& spec) {
  const Result<int> demanded = demanded_family(spec);
  if (!demanded) co_return std::unexpected(demanded.error());
  const int family = listening_family(spec, context.family, *demanded);
  const Result<SocketAddress> local = co_await local_address(context, spec, family);
  if (!local) co_return std::unexpected(local.error());
  Result<UniqueFd> fd = make_socket(spec, local->family(), SOCK_STREAM);
  if (!fd) co_return std::unexpected(fd.error());
  reuse_address(spec, fd->get());
  leave_out_pacing(fd->get(), *local);
  if (const auto bound = bind_socket(fd->get(), *local); !bound)
    co_return std::unexpected(bound.error());
  co_return listen_on(spec, std::move(*fd));
}

}  // namespace ringcat
