#include "endpoint/open.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "base/log.hpp"
#include "endpoint/kinds.hpp"
#include "endpoint/process_options.hpp"
#include "ring/reactor.hpp"

namespace ringcat {
namespace {

constexpr Duration default_interval = std::chrono::seconds{1};

// Either opens a channel or listens.
struct Opener {
  KindId kind;
  Task<Result<Channel>> (*open)(OpenContext, const AddressSpec&);
  Task<Result<Listener>> (*listen)(OpenContext, const AddressSpec&);
};

constexpr auto openers = std::to_array<Opener>({
    {KindId::stdio, open_stdio, nullptr},
    {KindId::stdin_, open_stdin, nullptr},
    {KindId::stdout_, open_stdout, nullptr},
    {KindId::stderr_, open_stderr, nullptr},
    {KindId::fd, open_fd, nullptr},
    {KindId::open, open_file, nullptr},
    {KindId::create, open_create, nullptr},
    {KindId::gopen, open_gopen, nullptr},
    {KindId::pipe, open_pipe, nullptr},
    {KindId::tcp_connect, open_tcp_connect, nullptr},
    {KindId::tcp4_connect, open_tcp_connect, nullptr},
    {KindId::tcp6_connect, open_tcp_connect, nullptr},
    {KindId::tcp_listen, nullptr, open_tcp_listen},
    {KindId::tcp4_listen, nullptr, open_tcp_listen},
    {KindId::tcp6_listen, nullptr, open_tcp_listen},
    {KindId::unix_connect, open_unix_connect, nullptr},
    {KindId::unix_client, open_unix_client, nullptr},
    {KindId::unix_listen, nullptr, open_unix_listen},
    {KindId::abstract_connect, open_abstract_connect, nullptr},
    {KindId::abstract_client, open_abstract_client, nullptr},
    {KindId::abstract_listen, nullptr, open_abstract_listen},
});

const Opener* find_opener(KindId kind) {
  const auto* const row = std::ranges::find(openers, kind, &Opener::kind);
  return row == openers.end() ? nullptr : row;
}

// The address without its options: what an error is about.
std::string_view address_text(const AddressSpec& spec) {
  std::string_view text = spec.text;
  for (const OptionSetting& setting : spec.options)
    text = text.substr(0, std::min(text.size(), setting.offset));
  if (!spec.options.empty()) text = text.substr(0, text.find_last_not_of(", ") + 1);
  return text;
}

std::unexpected<Error> about(const AddressSpec& spec, const Error& error) {
  return std::unexpected(error.within(address_text(spec)));
}

// `retry`, `forever`, `interval`.
class Retries {
 public:
  explicit Retries(const AddressSpec& spec) : spec_(spec) {
    if (spec.flag(OptionId::forever)) {
      left_ = std::numeric_limits<std::int64_t>::max();
    } else {
      left_ = spec.get<std::int64_t>(OptionId::retry).value_or(0);
    }
  }

  // Whether to try again after `error`, which is logged then.
  bool again(const Error& error) {
    if (left_ == 0) return false;
    --left_;
    if (log_enabled(LogLevel::info)) log(LogLevel::info, error.within(address_text(spec_)).message);
    return true;
  }

  [[nodiscard]] Duration interval() const {
    return spec_.get<Duration>(OptionId::interval).value_or(default_interval);
  }

 private:
  const AddressSpec& spec_;
  std::int64_t left_ = 0;
};

// Opens by a row's function, again where the address says so.
template <typename Opened>
Task<Result<Opened>> open_retrying(Task<Result<Opened>> (*open)(OpenContext, const AddressSpec&),
                                   OpenContext context, const AddressSpec& spec) {
  Retries retries(spec);
  while (true) {
    Result<Opened> opened = co_await open(context, spec);
    if (opened || context.reactor.is_shut_down() || !retries.again(opened.error()))
      co_return opened;
    co_await sleep_for{context.reactor, retries.interval()};
  }
}

// The same between the process options and the lock file that come first and last.
template <typename Opened>
Task<Result<Opened>> open_in_process(Task<Result<Opened>> (*open)(OpenContext, const AddressSpec&),
                                     OpenContext context, const AddressSpec& spec) {
  CloseAction unlock;
  const auto locked = co_await take_lock_file(context, spec, unlock);
  if (!locked) co_return std::unexpected(locked.error());
  if (const auto entered = enter_process_options(spec, context.served); !entered) {
    run_close_action(unlock);
    co_return std::unexpected(entered.error());
  }
  Result<Opened> opened = co_await open_retrying(open, context, spec);
  if (!opened) {
    run_close_action(unlock);
    co_return opened;
  }
  if (unlock != nullptr) add_close_action(opened->at_close, std::move(*unlock));
  if (const auto left = leave_process_options(spec, context.served); !left)
    co_return std::unexpected(left.error());
  co_return opened;
}

template <typename Opened>
Task<Result<Opened>> open_by(Task<Result<Opened>> (*open)(OpenContext, const AddressSpec&),
                             OpenContext context, const AddressSpec& spec) {
  return has_process_options(spec) ? open_in_process(open, context, spec)
                                   : open_retrying(open, context, spec);
}

// One connection of a listener, as a descriptor or -errno.
Task<int> accept_one(Reactor& reactor, int listener, std::optional<TimePoint> until) {
  while (true) {
    const int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) co_return fd;
    // The client was gone before it was its turn.
    if (errno == ECONNABORTED || errno == EINTR) continue;
    if (errno != EAGAIN) co_return -errno;
    Operation ready = reactor.poll(listener, POLLIN);
    std::optional<Deadline> deadline;
    if (until) deadline.emplace(reactor, *until - now(), ready);
    const int result = co_await ready;
    if (reactor.is_shut_down()) co_return -ECANCELED;
    if (deadline && deadline->expired()) co_return -accept_timed_out;
    if (result < 0) co_return result;
  }
}

std::unexpected<Error> accept_failed(const AddressSpec& spec, int code) {
  if (code != accept_timed_out) return about(spec, Error{"accept: " + errno_text(code), code});
  return about(spec, Error{"accept: Connection timed out", code});
}

// Accepts until the listener's rules admit one; the listener goes with the first.
Task<Result<Channel>> open_by_accepting(OpenContext context, const AddressSpec& spec) {
  const Result<Listener> listener = co_await open_listener(context, spec);
  if (!listener) co_return std::unexpected(listener.error());
  std::optional<TimePoint> until;
  if (listener->accept_timeout) until = now() + *listener->accept_timeout;
  while (true) {
    const int accepted = co_await accept_one(context.reactor, listener->fd.get(), until);
    if (accepted < 0) co_return accept_failed(spec, -accepted);
    Result<Channel> channel = listener->admit(UniqueFd{accepted});
    if (channel) co_return channel;
  }
}

Task<Result<Channel>> refuse_kind(const AddressSpec& spec) {
  co_return about(spec, Error{"not in this version", 0});
}

Task<Result<Channel>> open_plain(OpenContext context, const AddressSpec& spec,
                                 const Opener& opener) {
  Result<Channel> channel = co_await open_by(opener.open, context, spec);
  if (!channel) co_return about(spec, channel.error());
  co_return channel;
}

// Puts a descriptor of this channel's own in the place of the borrowed one, so that both halves of
// a joined channel close alike.
Result<void> own(Channel& channel) {
  const int borrowed = channel.fd.release();
  channel.borrowed = false;
  channel.fd.reset(::fcntl(borrowed, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!channel.fd) return fail_errno("dup", errno);
  return {};
}

// One channel of two: what is about reading from the first, what is about writing from the second.
Result<Channel> join(Channel from, Channel to) {
  if (from.borrowed != to.borrowed) {
    if (const auto owned = own(from.borrowed ? from : to); !owned)
      return std::unexpected(owned.error());
  }
  from.write_fd = to.write_fd ? std::move(to.write_fd) : std::move(to.fd);
  from.writer = to.writer;
  from.end_of_output = to.end_of_output;
  from.cool_write = to.cool_write;
  if (to.at_close != nullptr) add_close_action(from.at_close, std::move(*to.at_close));
  to.at_close = nullptr;
  return from;
}

// `A!!B`: reads from the one, writes to the other.
Task<Result<Channel>> open_dual(OpenContext context, const AddressSpec& spec) {
  const AddressSpec& writer = *spec.writer;
  OpenContext reading = context;
  reading.direction = Direction::read;
  Result<Channel> from = co_await open_channel(reading, spec);
  if (!from) co_return from;
  OpenContext writing = context;
  writing.direction = Direction::write;
  Result<Channel> to = co_await open_channel(writing, writer);
  if (!to) co_return to;
  co_return join(std::move(*from), std::move(*to));
}

}  // namespace

bool listens(const AddressSpec& spec) {
  const Opener* const opener = find_opener(spec.kind);
  return opener != nullptr && opener->listen != nullptr;
}

Task<Result<Listener>> open_listener(OpenContext context, const AddressSpec& spec) {
  const Opener* const opener = find_opener(spec.kind);
  if (opener == nullptr || opener->listen == nullptr)
    co_return about(spec, Error{"does not listen", 0});
  Result<Listener> listener = co_await open_by(opener->listen, context, spec);
  if (!listener) co_return about(spec, listener.error());
  co_return listener;
}

Task<Result<Channel>> open_channel(OpenContext context, const AddressSpec& spec) {
  if (spec.writer != nullptr && context.direction == Direction::both)
    return open_dual(context, spec);
  if (spec.writer != nullptr && context.direction == Direction::write)
    return open_channel(context, *spec.writer);
  const Opener* const opener = find_opener(spec.kind);
  if (opener == nullptr) return refuse_kind(spec);
  return opener->listen != nullptr ? open_by_accepting(context, spec)
                                   : open_plain(context, spec, *opener);
}

}  // namespace ringcat
