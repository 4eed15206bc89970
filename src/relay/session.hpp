// Session: two channels and the bytes between them, from the first transfer to the last close.
//
// A session is one coroutine on its reactor's thread; nothing it does can touch another session.
// Refuses: opening channels, choosing targets.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "endpoint/channel.hpp"
#include "relay/lane.hpp"
#include "ring/reactor.hpp"
#include "ring/task.hpp"

namespace ringcat {

enum class Flow : std::uint8_t { both, left_to_right, right_to_left };  // -u, -U

struct SessionSettings {
  Flow flow = Flow::both;
  Duration half_close_timeout{};  // -t: without a byte after the first end of file
  Duration inactivity_timeout{};  // -T: without a byte in either direction; 0: none
  std::size_t block_bytes =
      0;  // -b: most bytes moved at once and held for each direction; 0: our choice
  LaneChoice lane = LaneChoice::adaptive;
};

// Why a session ended. Each is counted; all but the first two are logged.
enum class SessionEnd : std::uint8_t {
  finished,            // both directions (or the only one) at end of file, all delivered
  half_close_timeout,  // -t passed without a byte after the first end of file
  inactivity_timeout,  // -T passed
  read_error,
  write_error,
  stopped,  // drain limit reached, or a second signal
};

// One direction of one session.
struct FlowCounters {
  std::uint64_t bytes = 0;
  std::uint64_t transfers = 0;  // hand-overs: sends, writes, or splices out
  std::uint64_t lane_switches = 0;
};

// Shared with whoever looks at a running session from the same thread.
struct SessionCounters {
  std::array<FlowCounters, 2> flow;  // 0: left to right, 1: right to left
};

// Lets the owner end a session early; lives in the session's frame.
class SessionControl;

// Relays until the session ends, closes both channels, and says why it ended.
[[nodiscard]] Task<SessionEnd> run_session(Reactor& reactor, Channel left, Channel right,
                                           const SessionSettings& settings,
                                           SessionCounters& counters, SessionControl& control);

}  // namespace ringcat
