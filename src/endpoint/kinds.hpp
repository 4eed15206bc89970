// The openers of all kinds, for the table in open.cpp. Each file implements one family.
//
// Thread: the reactor's. Refuses: retrying, process options, naming the address in errors; open.cpp
// does so for all kinds alike.
#pragma once

#include <string>

#include "address/spec.hpp"
#include "base/error.hpp"
#include "endpoint/channel.hpp"
#include "endpoint/listener.hpp"
#include "endpoint/open.hpp"
#include "ring/task.hpp"

namespace ringcat {

// tcp_connect.cpp, tcp_listen.cpp
[[nodiscard]] Task<Result<Channel>> open_tcp_connect(OpenContext context, const AddressSpec& spec);
[[nodiscard]] Task<Result<Listener>> open_tcp_listen(OpenContext context, const AddressSpec& spec);

// unix_connect.cpp: UNIX-CONNECT takes a stream socket, UNIX-CLIENT whatever type is found.
[[nodiscard]] Task<Result<Channel>> open_unix_connect(OpenContext context, const AddressSpec& spec);
[[nodiscard]] Task<Result<Channel>> open_unix_client(OpenContext context, const AddressSpec& spec);
[[nodiscard]] Task<Result<Channel>> open_abstract_connect(OpenContext context,
                                                          const AddressSpec& spec);
[[nodiscard]] Task<Result<Channel>> open_abstract_client(OpenContext context,
                                                         const AddressSpec& spec);

// unix_listen.cpp
[[nodiscard]] Task<Result<Listener>> open_unix_listen(OpenContext context, const AddressSpec& spec);
[[nodiscard]] Task<Result<Listener>> open_abstract_listen(OpenContext context,
                                                          const AddressSpec& spec);

// standard_streams.cpp
[[nodiscard]] Task<Result<Channel>> open_stdio(OpenContext context, const AddressSpec& spec);
[[nodiscard]] Task<Result<Channel>> open_stdin(OpenContext context, const AddressSpec& spec);
[[nodiscard]] Task<Result<Channel>> open_stdout(OpenContext context, const AddressSpec& spec);
[[nodiscard]] Task<Result<Channel>> open_stderr(OpenContext context, const AddressSpec& spec);
[[nodiscard]] Task<Result<Channel>> open_fd(OpenContext context, const AddressSpec& spec);

// file.cpp
[[nodiscard]] Task<Result<Channel>> open_file(OpenContext context, const AddressSpec& spec);
[[nodiscard]] Task<Result<Channel>> open_create(OpenContext context, const AddressSpec& spec);
[[nodiscard]] Task<Result<Channel>> open_gopen(OpenContext context, const AddressSpec& spec);

// pipe.cpp
[[nodiscard]] Task<Result<Channel>> open_pipe(OpenContext context, const AddressSpec& spec);

}  // namespace ringcat
