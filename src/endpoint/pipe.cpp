// PIPE: a named pipe, or an unnamed one that gives back what is written to it.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "endpoint/fd_options.hpp"
#include "endpoint/kinds.hpp"
#include "endpoint/names.hpp"
#include "endpoint/path.hpp"
#include "endpoint/streams.hpp"

namespace ringcat {
namespace {

constexpr mode_t new_pipe_mode = 0666;

Task<Result<Channel>> open_unnamed(OpenContext context, const AddressSpec& spec) {
  int ends[2];
  if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) co_return fail_errno("pipe", errno);
  Channel channel;
  channel.fd = UniqueFd{ends[0]};
  channel.write_fd = UniqueFd{ends[1]};
  channel.end_of_output = EndOfOutput::close;
  log(LogLevel::notice, "writing to and reading from unnamed pipe");
  Result<Channel> finished = co_await finish_streams(context, spec, std::move(channel), Named::no);
  co_return finished;
}

// Makes the pipe where there is none: with its rights less the umask, then with exactly those, so
// that there is no moment with wider ones. Whether it was made.
Result<bool> make_pipe(const AddressSpec& spec, const std::string& path) {
  const UmaskGuard umask(spec);
  const auto mode = spec.get<std::int64_t>(OptionId::perm);
  if (::mkfifo(path.c_str(), mode ? static_cast<mode_t>(*mode) : new_pipe_mode) != 0) {
    if (errno == EEXIST) return false;
    return fail_errno("mkfifo " + path, errno);
  }
  if (mode && ::chmod(path.c_str(), static_cast<mode_t>(*mode)) != 0)
    return fail_errno("chmod " + path, errno);
  return true;
}

Task<Result<Channel>> open_named(OpenContext context, const AddressSpec& spec) {
  const std::string& path = spec.parameters[0];
  if (const auto ready = prepare_name(spec, path); !ready) co_return std::unexpected(ready.error());
  const Result<bool> made = make_pipe(spec, path);
  if (!made) co_return std::unexpected(made.error());
  if (log_enabled(LogLevel::notice))
    log(LogLevel::notice, fmt::format("{} {} \"{}\"{}", *made ? "created" : "opening",
                                      kind_of_path(path), path, purpose(context.direction)));
  Result<Channel> channel = co_await open_path(
      context, spec,
      {.path = path, .access = access_mode(spec, context.direction), .unlink_at_close = *made});
  // Nobody may have come to the other end before a signal did.
  const bool removes = *made && spec.get<bool>(OptionId::unlink_close).value_or(true);
  if (!channel && removes) ::unlink(path.c_str());
  co_return channel;
}

}  // namespace

Task<Result<Channel>> open_pipe(OpenContext context, const AddressSpec& spec) {
  return spec.parameters.empty() ? open_unnamed(context, spec) : open_named(context, spec);
}

}  // namespace ringcat
