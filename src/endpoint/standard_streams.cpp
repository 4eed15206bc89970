// STDIO, STDIN, STDOUT, STDERR, FD: descriptors that this process was given.
//
// Their flags stay as they are: the open files behind them are shared with other processes.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "endpoint/kinds.hpp"
#include "endpoint/streams.hpp"

namespace ringcat {
namespace {

// What can be neither read nor written only keeps the place of a descriptor that was closed.
bool is_open(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  return flags >= 0 && (flags & O_PATH) == 0;
}

void log_use(std::string_view name, Direction direction) {
  if (log_enabled(LogLevel::notice))
    log(LogLevel::notice, fmt::format("using {}{}", name, purpose(direction)));
}

// The log goes to standard error: it stays open whoever else writes there.
bool is_shared(const OpenContext& context, int fd) {
  return context.served || fd == STDERR_FILENO;
}

Task<Result<Channel>> open_given(OpenContext context, const AddressSpec& spec, int fd,
                                 std::string name) {
  if (!is_open(fd)) co_return fail_errno(name, EBADF);
  log_use(name, context.direction);
  Channel channel;
  channel.fd = UniqueFd{fd};
  channel.borrowed = is_shared(context, fd);
  Result<Channel> finished = co_await finish_streams(context, spec, std::move(channel), Named::no);
  co_return finished;
}

std::optional<int> parse_fd(const std::string& text) {
  int fd = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), fd);
  if (error != std::errc{} || end != text.data() + text.size() || fd < 0) return std::nullopt;
  return fd;
}

}  // namespace

Task<Result<Channel>> open_stdio(OpenContext context, const AddressSpec& spec) {
  if (context.direction == Direction::read) {
    Result<Channel> in = co_await open_given(context, spec, STDIN_FILENO, "stdin");
    co_return in;
  }
  if (context.direction == Direction::write) {
    Result<Channel> out = co_await open_given(context, spec, STDOUT_FILENO, "stdout");
    co_return out;
  }
  if (!is_open(STDIN_FILENO)) co_return fail_errno("stdin", EBADF);
  if (!is_open(STDOUT_FILENO)) co_return fail_errno("stdout", EBADF);
  log(LogLevel::notice, "reading from and writing to stdio");
  Channel channel;
  channel.fd = UniqueFd{STDIN_FILENO};
  channel.write_fd = UniqueFd{STDOUT_FILENO};
  channel.borrowed = context.served;
  Result<Channel> finished = co_await finish_streams(context, spec, std::move(channel), Named::no);
  co_return finished;
}

Task<Result<Channel>> open_stdin(OpenContext context, const AddressSpec& spec) {
  return open_given(context, spec, STDIN_FILENO, "stdin");
}

Task<Result<Channel>> open_stdout(OpenContext context, const AddressSpec& spec) {
  return open_given(context, spec, STDOUT_FILENO, "stdout");
}

Task<Result<Channel>> open_stderr(OpenContext context, const AddressSpec& spec) {
  return open_given(context, spec, STDERR_FILENO, "stderr");
}

Task<Result<Channel>> open_fd(OpenContext context, const AddressSpec& spec) {
  const auto fd = parse_fd(spec.parameters[0]);
  if (!fd) co_return fail(fmt::format("\"{}\" is no file descriptor", spec.parameters[0]));
  Result<Channel> channel =
      co_await open_given(context, spec, *fd, fmt::format("file descriptor {}", *fd));
  co_return channel;
}

}  // namespace ringcat
