#include "endpoint/path.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "endpoint/fd_options.hpp"
#include "endpoint/names.hpp"
#include "endpoint/streams.hpp"
#include "ring/reactor.hpp"

namespace ringcat {
namespace {

// Who opens a named pipe for writing looks for a reader so often; nothing announces one.
constexpr Duration reader_retry = std::chrono::milliseconds{20};

constexpr mode_t new_file_mode = 0666;

bool is_fifo(int fd) {
  struct stat status{};
  return ::fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

bool is_fifo(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
}

// Always without blocking: our own open file, so the flag touches nobody else.
UniqueFd try_open(const AddressSpec& spec, const PathPlan& plan, mode_t mode) {
  const UmaskGuard umask(spec);
  const int flags = plan.access | plan.flags | open_flags(spec) | O_NONBLOCK | O_CLOEXEC;
  UniqueFd fd{::open(plan.path.c_str(), flags, mode)};
  return fd;
}

// ENXIO: a named pipe that nobody reads yet.
Task<Result<UniqueFd>> open_when_possible(Reactor& reactor, const AddressSpec& spec,
                                          const PathPlan& plan, mode_t mode) {
  UniqueFd fd = try_open(spec, plan, mode);
  while (!fd && errno == ENXIO && plan.access == O_WRONLY && is_fifo(plan.path) &&
         !reactor.is_shut_down()) {
    co_await sleep_for{reactor, reader_retry};
    fd = try_open(spec, plan, mode);
  }
  if (!fd) co_return fail_errno("open " + plan.path, errno);
  co_return fd;
}

// A named pipe without a writer reads as at its end: wait for the first writer. 0 or -errno.
Task<int> wait_for_writer(Reactor& reactor, int fd) {
  Operation readable = reactor.poll(fd, POLLIN);
  const int events = co_await readable;
  co_return std::min(events, 0);
}

Task<Result<UniqueFd>> open_waiting(Reactor& reactor, const AddressSpec& spec,
                                    const PathPlan& plan) {
  const auto mode = spec.get<std::int64_t>(OptionId::perm);
  const mode_t rights = mode ? static_cast<mode_t>(*mode) : new_file_mode;
  Result<UniqueFd> fd = co_await open_when_possible(reactor, spec, plan, rights);
  if (!fd || plan.access != O_RDONLY || !is_fifo(fd->get())) co_return fd;
  const int waited = co_await wait_for_writer(reactor, fd->get());
  if (waited < 0) co_return fail_errno("open " + plan.path, -waited);
  co_return fd;
}

}  // namespace

const char* kind_of_path(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return "undef";
  switch (status.st_mode & S_IFMT) {
    case S_IFREG:
      return "regular file";
    case S_IFIFO:
      return "named pipe";
    case S_IFCHR:
      return "character device";
    case S_IFBLK:
      return "block device";
    case S_IFDIR:
      return "directory";
    case S_IFSOCK:
      return "socket";
    default:
      return "undef";
  }
}

Task<Result<Channel>> open_path(OpenContext context, const AddressSpec& spec, PathPlan plan) {
  Result<UniqueFd> fd = co_await open_waiting(context.reactor, spec, plan);
  if (!fd) co_return std::unexpected(fd.error());
  Channel channel;
  channel.fd = std::move(*fd);
  Result<Ownership> wanted = ownership(spec);
  if (!wanted) co_return std::unexpected(wanted.error());
  // open(2) was given the mode: it holds for a new file, less the umask.
  wanted->mode.reset();
  if (const auto given = give_name(plan.path, *wanted); !given)
    co_return std::unexpected(given.error());
  const auto settled = settle_name(spec, plan.path, plan.unlink_at_close, channel.at_close);
  if (!settled) co_return std::unexpected(settled.error());
  Result<Channel> finished = co_await finish_streams(context, spec, std::move(channel), Named::yes);
  co_return finished;
}

}  // namespace ringcat
