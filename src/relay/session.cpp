#include "relay/session.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"

namespace ringcat {

Session::Session(Reactor& reactor, Channel left, Channel right, const SessionSettings& settings)
    : reactor_(reactor),
      settings_(settings),
      left_(std::move(left)),
      right_(std::move(right)),
      directions_{Direction{*this, 0, left_, right_}, Direction{*this, 1, right_, left_}},
      last_activity_(reactor.now()) {}

Task<SessionEnd> Session::run() {
  start_log();
  if (settings_.inactivity_timeout > Duration::zero()) {
    reactor_.arm_at(watchdog_, last_activity_ + settings_.inactivity_timeout);
  }
  Latch latch;
  Task<void> forth = pump(directions_[0]);
  Task<void> back = pump(directions_[1]);
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

void Session::direction_finished(const Direction& direction) {
  const bool is_last = half_closed_ || settings_.flow != Flow::both;
  half_closed_ = true;
  if (is_last) return;
  touch();
  const Direction& other = directions_[1 - direction.number()];
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
  for (Direction& direction : directions_) direction.cancel();
}

}  // namespace ringcat
