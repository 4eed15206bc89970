// OPEN, CREATE, GOPEN.
#include <fcntl.h>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/log.hpp"
#include "endpoint/fd_options.hpp"
#include "endpoint/kinds.hpp"
#include "endpoint/names.hpp"
#include "endpoint/path.hpp"
#include "endpoint/streams.hpp"
#include "endpoint/unix_connect.hpp"

namespace ringcat {
namespace {

void log_opening(std::string_view verb, const char* kind, const std::string& path,
                 Direction direction) {
  if (log_enabled(LogLevel::notice))
    log(LogLevel::notice, fmt::format("{} {} \"{}\"{}", verb, kind, path, purpose(direction)));
}

Task<Result<Channel>> open_socket_path(OpenContext context, const AddressSpec& spec) {
  const std::string& path = spec.parameters[0];
  if (log_enabled(LogLevel::info))
    log(LogLevel::info, fmt::format("\"{}\" is a socket, connecting to it", path));
  const auto peer = SocketAddress::unix_path(path);
  if (!peer) co_return std::unexpected(peer.error());
  Result<Channel> channel = co_await connect_unix(context, spec, *peer, PeerType::any);
  co_return channel;
}

// What is there decides: it is appended to, and made where it is missing.
int generic_flags(std::string_view kind, int access) {
  if (access == O_RDONLY) return 0;
  if (kind == "undef") return O_CREAT;
  return kind == "regular file" ? O_APPEND : 0;
}

}  // namespace

Task<Result<Channel>> open_file(OpenContext context, const AddressSpec& spec) {
  const std::string& path = spec.parameters[0];
  if (const auto ready = prepare_name(spec, path); !ready) co_return std::unexpected(ready.error());
  log_opening("opening", kind_of_path(path), path, context.direction);
  Result<Channel> channel = co_await open_path(
      context, spec, {.path = path, .access = access_mode(spec, context.direction)});
  co_return channel;
}

Task<Result<Channel>> open_create(OpenContext context, const AddressSpec& spec) {
  const std::string& path = spec.parameters[0];
  if (context.direction != Direction::write)
    co_return fail(
        "creat(2) gives a file to write to, not to read from: use -u, or OPEN with creat");
  if (const auto ready = prepare_name(spec, path); !ready) co_return std::unexpected(ready.error());
  log_opening("creating", "regular file", path, context.direction);
  Result<Channel> channel = co_await open_path(
      context, spec, {.path = path, .access = O_WRONLY, .flags = O_CREAT | O_TRUNC});
  co_return channel;
}

Task<Result<Channel>> open_gopen(OpenContext context, const AddressSpec& spec) {
  const std::string& path = spec.parameters[0];
  const std::string_view found = kind_of_path(path);
  if (found == "socket") {
    Result<Channel> connected = co_await open_socket_path(context, spec);
    co_return connected;
  }
  if (const auto ready = prepare_name(spec, path); !ready) co_return std::unexpected(ready.error());
  const char* const kind = kind_of_path(path);
  log_opening("opening", kind, path, context.direction);
  const int access = access_mode(spec, context.direction);
  Result<Channel> channel = co_await open_path(
      context, spec, {.path = path, .access = access, .flags = generic_flags(kind, access)});
  co_return channel;
}

}  // namespace ringcat
