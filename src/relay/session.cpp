#include "relay/session.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/quantity.hpp"

namespace ringcat {

const char* name_of(SessionEnd end) {
  constexpr std::array<const char*, session_end_count> names{
      "finished",      "half-close timeout", "inactivity timeout",
      "reset by peer", "read error",         "write error",
      "stopped"};
  return names[static_cast<std::size_t>(end)];
}

namespace {

// What has come by the first end of file is on its way: even `-t 0` lets it pass.
constexpr Duration least_half_close_timeout = std::chrono::milliseconds{1};

// With `-u` and `-U` one side is never read. A TCP socket that is closed with unread bytes in it
// resets the connection, and takes with it what its peer has not read yet.
void discard_unread(const Channel& channel) {
  if (!channel.reader.tcp || !channel.fd) return;
  constexpr std::size_t all = 1U << 30U;
  constexpr int rounds = 16;
  for (int i = 0; i < rounds; ++i) {
    if (::recv(channel.reading_fd(), nullptr, all, MSG_DONTWAIT | MSG_TRUNC) <= 0) return;
  }
}

}  // namespace

Session::Session(Reactor& reactor, Channel left, Channel right, const SessionSettings& settings)
    : reactor_(reactor), settings_(settings), channels_{std::move(left), std::move(right)} {}

Task<SessionEnd> Session::run() {
  log_start();
  last_activity_ = now();
  if (settings_.inactivity_timeout > Duration::zero()) {
    reactor_.arm_at(watchdog_, last_activity_ + settings_.inactivity_timeout);
  }
  Latch latch;
  Task<void> forth = run_pump(pumps_[0]);
  Task<void> back = run_pump(pumps_[1]);
  const bool goes_forth = relays(Flow::left_to_right) && channels_[0].readable;
  const bool goes_back = relays(Flow::right_to_left) && channels_[1].readable;
  pumps_under_way_ = static_cast<std::uint8_t>(goes_forth + goes_back);
  if (goes_forth) forth.start(latch);
  if (goes_back) back.start(latch);
  co_await all_of(latch);
  reactor_.disarm(watchdog_);
  if (!goes_forth) discard_unread(channels_[0]);
  if (!goes_back) discard_unread(channels_[1]);
  for (Channel& channel : channels_) channel.close();
  co_return reason_;
}

void Session::log_start() const {
  log_transfer_starts();
  if (!log_enabled(LogLevel::notice)) return;
  log(LogLevel::notice, fmt::format("starting data transfer loop with FDs [{},{}] and [{},{}]",
                                    channels_[0].reading_fd(), channels_[0].writing_fd(),
                                    channels_[1].reading_fd(), channels_[1].writing_fd()));
}

void Session::pump_finished(const Pump& pump) {
  --pumps_under_way_;
  if (pumps_under_way_ == 0) return;
  half_closed_ = static_cast<std::int8_t>(pump.number());
  touch();
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
  if (half_closed_ >= 0) {
    const TimePoint due =
        last_activity_ + std::max(settings_.half_close_timeout, least_half_close_timeout);
    if (due <= now) return end(SessionEnd::half_close_timeout);
    next = std::min(next, due);
  }
  if (next != TimePoint::max()) reactor_.arm_at(watchdog_, next);
}

void Session::log_timeout() const {
  if (!log_enabled(LogLevel::notice)) return;
  if (reason_ == SessionEnd::inactivity_timeout) {
    log(LogLevel::notice, "inactivity timeout triggered");
  } else if (reason_ == SessionEnd::half_close_timeout) {
    log(LogLevel::notice,
        fmt::format("half-close timeout: socket {} gave nothing for {}", half_closed_ == 0 ? 2 : 1,
                    format_duration(settings_.half_close_timeout)));
  }
}

void Session::end(SessionEnd reason) {
  if (ending_) return;
  ending_ = true;
  reason_ = reason;
  log_timeout();
  for (Pump& pump : pumps_) pump.cancel();
}

}  // namespace ringcat
