#include "endpoint/unix_names.hpp"

#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string_view>

#include "base/log.hpp"
#include "base/unique_fd.hpp"
#include "endpoint/names.hpp"
#include "endpoint/sockets.hpp"

namespace ringcat {
namespace {

constexpr mode_t owner_only = 0700;
constexpr mode_t all_rights = 0777;

// What mkstemp(3) replaces, and how often another name is tried.
constexpr std::string_view placeholder = "XXXXXX";
constexpr std::string_view default_template = "/tmp/ringcat.XXXXXX";
constexpr int most_names_tried = 100;

// The umask of the process, without changing it for the other threads even for a moment.
mode_t current_umask() {
  std::optional<mode_t> mask;
  FILE* const status = std::fopen("/proc/thread-self/status", "re");
  if (status == nullptr) return 0077;
  char line[256];
  while (!mask && std::fgets(line, sizeof(line), status) != nullptr) {
    unsigned value = 0;
    if (std::sscanf(line, "Umask: %o", &value) == 1) mask = value;
  }
  std::fclose(status);
  return mask.value_or(0077);
}

// Linux gives the name of a socket the rights of the socket's own inode, less the umask: they are
// narrowed before bind(2), so that there is no moment with wider ones. A name that is about to
// change hands belongs to us alone until it has.
Result<void> narrow_rights(int fd, const Ownership& wanted) {
  if (!wanted.mode && !wanted.changes_owner()) return {};
  mode_t mode = wanted.mode.value_or(all_rights);
  if (wanted.changes_owner()) mode &= owner_only;
  if (::fchmod(fd, mode) == 0) return {};
  return fail_errno("fchmod of the socket", errno);
}

// A template's placeholder filled with random letters.
std::string temporary_name(std::string_view pattern) {
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab";
  std::string name{pattern};
  const std::size_t at = name.rfind(placeholder);
  if (at == std::string::npos) return name;
  unsigned char random[placeholder.size()] = {};
  static_cast<void>(::getrandom(random, sizeof(random), 0));
  for (std::size_t i = 0; i < placeholder.size(); ++i)
    name[at + i] = letters[random[i] % letters.size()];
  return name;
}

// The outcome of a connection attempt to what may be left over: 0 or an errno value.
int probe(const SocketAddress& address, int type) {
  const UniqueFd fd{::socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!fd) return errno;
  return ::connect(fd.get(), address.data(), address.length()) == 0 ? 0 : errno;
}

// EPROTOTYPE says that the socket is of another type.
int probe_all_types(const SocketAddress& address) {
  int error = EPROTOTYPE;
  for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}) {
    error = probe(address, type);
    if (error != EPROTOTYPE) break;
  }
  return error;
}

Result<void> bind_chosen(const AddressSpec& spec, int fd, const std::string& path) {
  const Result<SocketAddress> address = SocketAddress::unix_path(path);
  if (!address) return std::unexpected(address.error());
  const UmaskGuard umask(spec);
  return bind_socket(fd, *address);
}

Result<void> bind_temporary(const AddressSpec& spec, int fd, std::string_view pattern,
                            CloseAction& at_close) {
  Result<void> bound;
  for (int tried = 0; tried < most_names_tried; ++tried) {
    bound = bind_path(spec, fd, temporary_name(pattern), at_close);
    if (bound || bound.error().code != EADDRINUSE) break;
  }
  return bound;
}

// `unix-bind-tempname`: its template, or the usual one.
std::optional<std::string> temporary_template(const AddressSpec& spec) {
  auto pattern = spec.get<std::string>(OptionId::unix_bind_tempname);
  if (pattern && pattern->empty()) pattern = default_template;
  return pattern;
}

}  // namespace

bool tight_length(const AddressSpec& spec) {
  return spec.get<bool>(OptionId::unix_tightsocklen).value_or(true);
}

Result<void> bind_path(const AddressSpec& spec, int fd, const std::string& path,
                       CloseAction& at_close) {
  if (const auto ready = prepare_name(spec, path); !ready) return ready;
  Result<Ownership> wanted = ownership(spec);
  if (!wanted) return std::unexpected(wanted.error());
  if (const auto narrowed = narrow_rights(fd, *wanted); !narrowed) return narrowed;
  if (const auto bound = bind_chosen(spec, fd, path); !bound) return bound;
  // The rights were narrowed for the time between: give what bind(2) would have given.
  if (wanted->changes_owner() && !wanted->mode)
    wanted->mode =
        all_rights &
        ~static_cast<mode_t>(spec.get<std::int64_t>(OptionId::umask).value_or(current_umask()));
  if (const auto given = give_name(path, *wanted); !given) {
    ::unlink(path.c_str());
    return given;
  }
  return settle_name(spec, path, true, at_close);
}

Result<void> clear_stale_socket(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode)) return fail(fmt::format("\"{}\" exists and is no socket", path));
  const Result<SocketAddress> address = SocketAddress::unix_path(path);
  if (!address) return std::unexpected(address.error());
  const int error = probe_all_types(*address);
  if (error == ENOENT) return {};
  // EAGAIN: somebody listens whose queue is full.
  if (error == 0 || error == EAGAIN)
    return std::unexpected(
        Error{fmt::format("\"{}\" is in use: another process listens on it", path), EADDRINUSE});
  if (error != ECONNREFUSED) return fail_errno(fmt::format("probe \"{}\"", path), error);
  log(LogLevel::notice, fmt::format("removing \"{}\": nobody listens on it any more", path));
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return fail_errno("unlink " + path, errno);
}

Result<void> bind_client(const AddressSpec& spec, int fd, CloseAction& at_close) {
  if (const auto path = spec.get<std::string>(OptionId::bind)) {
    if (const auto cleared = clear_stale_socket(*path); !cleared) return cleared;
    return bind_path(spec, fd, *path, at_close);
  }
  const auto pattern = temporary_template(spec);
  return pattern ? bind_temporary(spec, fd, *pattern, at_close) : Result<void>{};
}

Result<void> bind_abstract_client(const AddressSpec& spec, int fd) {
  auto name = spec.get<std::string>(OptionId::bind);
  if (const auto pattern = temporary_template(spec); pattern && !name)
    name = temporary_name(*pattern);
  if (!name) return {};
  const Result<SocketAddress> address = SocketAddress::abstract(*name, tight_length(spec));
  return address ? bind_socket(fd, *address) : std::unexpected(address.error());
}

}  // namespace ringcat
