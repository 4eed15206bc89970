// Session: two channels and the bytes between them, from the first transfer to the last close.
//
// A session lives on its reactor's thread, in the frame of the coroutine that runs it; nothing it
// does can touch another session. Refuses: opening channels, choosing targets.
#pragma once

#include <array>
#include <cstdint>

#include "base/clock.hpp"
#include "endpoint/channel.hpp"
#include "relay/lane.hpp"
#include "relay/pump.hpp"
#include "ring/reactor.hpp"
#include "ring/task.hpp"

namespace ringcat {

enum class Flow : std::uint8_t { both, left_to_right, right_to_left };  // -u, -U

struct SessionSettings {
  Flow flow = Flow::both;
  Duration half_close_timeout{};  // -t: without a byte after the first end of file
  Duration inactivity_timeout{};  // -T: without a byte in either direction; 0: none
  std::size_t block_bytes = 0;    // -b: most bytes moved at once; 0: our choice
  LaneChoice lane = LaneChoice::adaptive;
};

// Why a session ended. Each is counted; what cut data off is logged.
enum class SessionEnd : std::uint8_t {
  finished,            // both directions (or the only one) at end of file, all delivered
  half_close_timeout,  // -t passed without a byte after the first end of file
  inactivity_timeout,  // -T passed
  reset,               // by a peer; as for socat no error of ours
  read_error,
  write_error,
  stopped,  // by stop()
};
inline constexpr std::size_t session_end_count = 7;

// For the log and for statistics: "finished", "half-close timeout", …
[[nodiscard]] const char* name_of(SessionEnd end);

class Session {
 public:
  // `settings` outlives the session.
  Session(Reactor& reactor, Channel left, Channel right, const SessionSettings& settings);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Relays until the session ends, closes both channels, and says why it ended.
  [[nodiscard]] Task<SessionEnd> run();

  // Ends the session as soon as its operations are back.
  void stop() { end(SessionEnd::stopped); }

  // Left to right, right to left.
  [[nodiscard]] const FlowCounters& counters(std::size_t flow) const {
    return pumps_[flow].counters();
  }
  [[nodiscard]] const Channel& channel(std::size_t number) const { return channels_[number]; }

  // --- For the pumps ---

  // 0: left, 1: right; the pump of that number reads from it.
  [[nodiscard]] Channel& channel(std::size_t number) { return channels_[number]; }

  [[nodiscard]] Reactor& reactor() const { return reactor_; }
  [[nodiscard]] const SessionSettings& settings() const { return settings_; }
  [[nodiscard]] bool is_ending() const { return ending_; }

  // Bytes moved just now: both timeouts count from here.
  void touch() { last_activity_ = reactor_.now(); }

  // Whether the session ends with the pump that finishes next.
  [[nodiscard]] bool ends_with_next_pump() const { return pumps_under_way_ == 1; }

  // One direction has delivered all it will; the other may go on for -t.
  void pump_finished(const Pump& pump);

  // Ends both directions; the first reason given stays.
  void end(SessionEnd reason);

 private:
  // Fires when -t or -T may have passed, and looks whether they really have.
  struct Watchdog : Timer {
    explicit Watchdog(Session& guarded) : Timer(&Watchdog::fire), session(guarded) {}
    static void fire(Timer& timer) { static_cast<Watchdog&>(timer).session.check_timeouts(); }
    Session& session;
  };

  void log_start() const;
  void log_timeout() const;
  void check_timeouts();
  [[nodiscard]] bool relays(Flow flow) const {
    return settings_.flow == Flow::both || settings_.flow == flow;
  }

  Reactor& reactor_;
  const SessionSettings& settings_;
  std::array<Channel, 2> channels_;
  std::array<Pump, 2> pumps_{Pump{*this, 0}, Pump{*this, 1}};
  Watchdog watchdog_{*this};
  TimePoint last_activity_{};
  SessionEnd reason_ = SessionEnd::finished;
  bool ending_ = false;
  std::int8_t half_closed_ = -1;  // the pump that has delivered all it will; -1: none
  std::uint8_t pumps_under_way_ = 0;
};

}  // namespace ringcat
