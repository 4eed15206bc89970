#include "endpoint/dial.hpp"

#include <fmt/format.h>
#include <netinet/in.h>

#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "endpoint/loopback.hpp"
#include "endpoint/sockets.hpp"
#include "ring/reactor.hpp"

namespace ringcat {
namespace {

// RFC 8305 §8: the recommended Connection Attempt Delay.
constexpr Duration attempt_delay = std::chrono::milliseconds{250};

// The ports that only a privileged process can have and that are not well known, as socat takes
// them.
constexpr std::uint16_t first_low_port = 640;
constexpr std::uint16_t last_low_port = 1023;

// Wakes the race's coordinator: something changed, or it is time for the next attempt.
class Nudge : private Timer {
 public:
  Nudge() : Timer(&Nudge::expire) {}

  // For one `co_await`: until nudged (now, where that has happened already), at most `limit`.
  Nudge& wait(Reactor& reactor, std::optional<Duration> limit) {
    reactor_ = &reactor;
    limit_ = limit;
    return *this;
  }

  void nudge() {
    nudged_ = true;
    if (!waiter_) return;
    reactor_->disarm(*this);
    std::exchange(waiter_, {}).resume();
  }

  [[nodiscard]] bool await_ready() const noexcept { return nudged_; }
  void await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    if (limit_) reactor_->arm(*this, *limit_);
  }
  void await_resume() noexcept { nudged_ = false; }

 private:
  static void expire(Timer& timer) {
    std::exchange(static_cast<Nudge&>(timer).waiter_, {}).resume();
  }

  Reactor* reactor_ = nullptr;
  std::optional<Duration> limit_;
  std::coroutine_handle<> waiter_;
  bool nudged_ = false;
};

Result<void> bind_low_port(int fd, SocketAddress local) {
  Result<void> bound;
  for (std::uint16_t port = last_low_port; port >= first_low_port; --port) {
    local.set_port(port);
    bound = bind_socket(fd, local);
    if (bound || bound.error().code != EADDRINUSE) break;
  }
  return bound;
}

Result<void> bind_local(const DialPlan& plan, int fd, int family) {
  if (!plan.local && plan.sourceport == 0 && !plan.lowport) return {};
  SocketAddress local = plan.local.value_or(SocketAddress::any(family, 0));
  if (local.family() != family) return fail("bind: the local address is of another family");
  if (plan.sourceport != 0) local.set_port(plan.sourceport);
  if (plan.lowport) return bind_low_port(fd, local);
  if (local.port() == 0) {
    // The port is chosen at connect, when the peer is known: many more connections can be open.
    const int on = 1;
    ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
  }
  return bind_socket(fd, local);
}

Result<UniqueFd> dialing_socket(const DialPlan& plan, const SocketAddress& target) {
  const int family = target.family();
  Result<UniqueFd> fd = make_socket(plan.spec, family, SOCK_STREAM);
  if (!fd) return fd;
  leave_out_pacing(fd->get(), target);
  if (const auto bound = bind_local(plan, fd->get(), family); !bound)
    return std::unexpected(bound.error());
  return fd;
}

void log_opening(const SocketAddress& target) {
  if (!log_enabled(LogLevel::notice)) return;
  log(LogLevel::notice, "opening connection to " + target.log_text());
}

// `cancellable`, where given, tells whoever may end the attempt early what to cancel.
Task<Result<UniqueFd>> dial_one(const DialPlan& plan, const SocketAddress& target,
                                Operation** cancellable) {
  log_opening(target);
  Result<UniqueFd> fd = dialing_socket(plan, target);
  if (!fd) co_return fd;
  Reactor& reactor = plan.context.reactor;
  Operation connecting = reactor.connect(fd->get(), target.data(), target.length());
  if (cancellable != nullptr) *cancellable = &connecting;
  std::optional<Deadline> deadline;
  if (plan.until) deadline.emplace(reactor, *plan.until - now(), connecting);
  const int result = co_await connecting;
  if (cancellable != nullptr) *cancellable = nullptr;
  if (result < 0)
    co_return fail_errno("connect", deadline && deadline->expired() ? ETIMEDOUT : -result);
  log_connected(fd->get());
  co_return fd;
}

struct Race {
  const DialPlan& plan;
  std::span<const SocketAddress> targets;
  std::vector<Operation*> connecting;  // one for each target; null where none is under way
  std::size_t running = 0;
  UniqueFd winner;
  Error last_error;
  Nudge nudge;
};

Task<void> run(Race& race, std::size_t index) {
  ++race.running;
  Result<UniqueFd> fd = co_await dial_one(race.plan, race.targets[index], &race.connecting[index]);
  --race.running;
  if (!fd) {
    race.last_error = fd.error();
    if (log_enabled(LogLevel::info) && fd.error().code != ECANCELED)
      log(LogLevel::info,
          fmt::format("{}: {}", race.targets[index].log_text(), fd.error().message));
  } else if (!race.winner) {
    race.winner = std::move(*fd);
  }
  race.nudge.nudge();
}

void cancel_losers(Race& race) {
  for (Operation* const operation : race.connecting)
    if (operation != nullptr && !operation->is_done()) race.plan.context.reactor.cancel(*operation);
}

Task<Result<UniqueFd>> dial_many(const DialPlan& plan, std::span<const SocketAddress> targets) {
  Race race{
      .plan = plan, .targets = targets, .connecting = std::vector<Operation*>(targets.size())};
  Reactor& reactor = plan.context.reactor;
  std::vector<Task<void>> attempts;
  attempts.reserve(targets.size());
  Latch latch;
  while (!race.winner && (attempts.size() < targets.size() || race.running > 0)) {
    std::optional<Duration> patience;
    if (attempts.size() < targets.size()) {
      attempts.push_back(run(race, attempts.size()));
      attempts.back().start(latch);
      patience = attempt_delay;
    }
    co_await race.nudge.wait(reactor, patience);
  }
  const Error why = race.last_error;
  cancel_losers(race);
  co_await all_of{latch};
  if (!race.winner) co_return std::unexpected(why);
  co_return std::move(race.winner);
}

}  // namespace

Task<Result<UniqueFd>> dial(const DialPlan& plan, std::span<const SocketAddress> targets) {
  if (targets.size() == 1) return dial_one(plan, targets.front(), nullptr);
  return dial_many(plan, targets);
}

}  // namespace ringcat
