// UNIX-LISTEN, ABSTRACT-LISTEN.
#include <string>
#include <utility>

#include "endpoint/kinds.hpp"
#include "endpoint/sockets.hpp"
#include "endpoint/unix_names.hpp"

namespace ringcat {

Task<Result<Listener>> open_unix_listen(OpenContext, const AddressSpec& spec) {
  const std::string& path = spec.parameters[0];
  Result<UniqueFd> fd = make_socket(spec, AF_UNIX, SOCK_STREAM);
  if (!fd) co_return std::unexpected(fd.error());
  const bool unlinks = spec.flag(OptionId::unlink_early) || spec.flag(OptionId::unlink);
  if (!unlinks) {
    const auto cleared = clear_stale_socket(path);
    if (!cleared) co_return std::unexpected(cleared.error());
  }
  CloseAction at_close;
  if (const auto bound = bind_path(spec, fd->get(), path, at_close); !bound)
    co_return std::unexpected(bound.error());
  Result<Listener> listener = listen_on(spec, std::move(*fd));
  if (!listener) {
    run_close_action(at_close);
    co_return listener;
  }
  listener->at_close = std::move(at_close);
  co_return listener;
}

Task<Result<Listener>> open_abstract_listen(OpenContext, const AddressSpec& spec) {
  const auto address = SocketAddress::abstract(spec.parameters[0], tight_length(spec));
  if (!address) co_return std::unexpected(address.error());
  Result<UniqueFd> fd = make_socket(spec, AF_UNIX, SOCK_STREAM);
  if (!fd) co_return std::unexpected(fd.error());
  if (const auto bound = bind_socket(fd->get(), *address); !bound)
    co_return std::unexpected(bound.error());
  co_return listen_on(spec, std::move(*fd));
}

}  // namespace ringcat
