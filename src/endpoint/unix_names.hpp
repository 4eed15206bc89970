// Names of Unix sockets: binding to one with the right owner and rights from the first moment,
// temporary ones, and taking over what a dead process has left.
//
// Thread: the reactor's that opens. Refuses: listening, connecting to peers.
#pragma once

#include <string>

#include "address/spec.hpp"
#include "base/error.hpp"
#include "endpoint/channel.hpp"
#include "endpoint/socket_address.hpp"

namespace ringcat {

// Binds to a path by the address's NAMED options; `at_close` removes it unless told otherwise.
[[nodiscard]] Result<void> bind_path(const AddressSpec& spec, int fd, const std::string& path,
                                     CloseAction& at_close);

// Removes the name of a Unix socket that nobody listens on any more. An error where somebody does,
// and where the name is not a socket's.
[[nodiscard]] Result<void> clear_stale_socket(const std::string& path);

// `bind` and `unix-bind-tempname` of a client.
[[nodiscard]] Result<void> bind_client(const AddressSpec& spec, int fd, CloseAction& at_close);

// The same in the abstract name space.
[[nodiscard]] Result<void> bind_abstract_client(const AddressSpec& spec, int fd);

// `unix-tightsocklen`: on unless given as 0.
[[nodiscard]] bool tight_length(const AddressSpec& spec);

}  // namespace ringcat
