#include "relay/session.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"

namespace ringcat {

const char* name_of(SessionEnd end) {
  constexpr std::array<const char*, session_end_count> names{
      "finished",   "half-close timeout", "inactivity timeout",
      "read error", "write error",        "stopped"};
  return names[static_cast<std::size_t>(end)];
}

Session::Session(Reactor& reactor, Channel left, Channel right, const SessionSettings& settings)
    : reactor_(reactor),
      settings_(settings),
      left_(std::move(left)),
      right_(std::move(right)),
      pumps_{Pump{*this, 0, left_, right_}, Pump{*this, 1, right_, left_}},
      last_activity_(reactor.now()) {}

Task<SessionEnd> Session::run() {
  start_log();
  if (settings_.inactivity_timeout > Duration::zero()) {
    reactor_.arm_at(watchdog_, last_activity_ + settings_.inactivity_timeout);
  }
  Latch latch;
  Task<void> forth = run_pump(pumps_[0]);
  Task<void> back = run_pump(pumps_[1]);
  if (relays(Flow::left_to_right)) forth.start(latch);
  if (relays(Flow::right_to_left)) back.start(latch);
  co_await all_of(latch);
  reactor_.disarm(watchdog_);
  left_.close();
  right_.close();
  co_return reason_;
}

void Session::start_log() const {
  log_transfer_starts();
  if (!log_enabled(LogLevel::notice)) return;
  log(LogLevel::notice,
      fmt::format("starting data transfer loop with FDs [{},{}] and [{},{}]", left_.reading_fd(),
                  left_.writing_fd(), right_.reading_fd(), right_.writing_fd()));
}

void Session::pump_finished(const Pump& pump) {
  const bool is_last = half_closed_ || settings_.flow != Flow::both;
  half_closed_ = true;
  if (is_last) return;
  touch();
  const Pump& other = pumps_[1 - pump.number()];
  // Nothing can come back through a side that was never opened for it.
  if (other.source_fd() < 0) return end(SessionEnd::finished);
  check_timeouts();
}

void Session::check_timeouts() {
  const TimePoint now = reactor_.now();
  TimePoint next = TimePoint::max();
  if (settings_.inactivity_timeout > Duration::zero()) {
    const TimePoint due = last_activity_ + settings_.inactivity_timeout;
    if (due <= now) return end(SessionEnd::inactivity_timeout);
    next = due;
  }
  if (half_closed_) {
    const TimePoint due = last_activity_ + settings_.half_close_timeout;
    if (due <= now) return end(SessionEnd::half_close_timeout);
    next = std::min(next, due);
  }
  if (next != TimePoint::max()) reactor_.arm_at(watchdog_, next);
}

void Session::end(SessionEnd reason) {
  if (ending_) return;
  ending_ = true;
  reason_ = reason;
  for (Pump& pump : pumps_) pump.cancel();
}

}  // namespace ringcat
