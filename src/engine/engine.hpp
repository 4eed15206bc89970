// Engine: runs a route, that is: opens its two addresses, serves its sessions on one or more
// workers, and ends in good order.
//
// run_route() is called on the main thread, which is worker 0 as well. Refuses: formats, command
// lines.
#pragma once

#include <cstdint>
#include <functional>

#include "address/spec.hpp"
#include "base/clock.hpp"
#include "endpoint/open.hpp"
#include "relay/session.hpp"
#include "ring/features.hpp"

namespace ringcat {

struct EngineSettings {
  unsigned threads =
      0;  // 0: one for a single session, one for each usable CPU where many are served
  Duration busy_poll{};  // --busy-poll
  Duration drain =
      std::chrono::seconds{30};  // --drain: how long sessions may go on after SIGTERM or SIGINT
  std::uint32_t signals_logged = ~0U;  // -S: mask of signal numbers whose arrival is logged
};

// What a running one-shot transfer has done so far.
struct Progress {
  std::uint64_t bytes = 0;      // in the direction that moved more
  std::uint64_t size_hint = 0;  // bytes expected, 0 where unknown
  Duration elapsed{};
};

struct Route {
  const AddressSpec* left = nullptr;
  const AddressSpec* right = nullptr;
  SessionSettings session;
  bool half_close_timeout_given = false;  // -t was on the command line
  Family family = Family::any;
  bool statistics = false;                // --statistics: log the counters at the end
  std::function<void()> before_transfer;  // -D: both channels are open, nothing has moved yet
  std::function<void(const Progress&)> on_progress;  // a single session: called about once a second
};

// Runs until the route has ended. The exit status: 0 at end of file, -T or accept-timeout; 1 for an
// error (which was logged); 128 + N after signal N.
[[nodiscard]] int run_route(const Features& features, const EngineSettings& engine,
                            const Route& route);

}  // namespace ringcat
