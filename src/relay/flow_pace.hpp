// FlowPace: how often a bulk flow takes its turn, from what its turns bring; and when it has calmed
// down.
#pragma once

#include <cstddef>

#include "base/clock.hpp"
#include "relay/thresholds.hpp"
#include "ring/moderator.hpp"

namespace ringcat {

class FlowPace {
 public:
  // A turn moved `bytes`.
  void moved(std::size_t bytes) {
    small_ = bytes < thresholds::small_transfer_bytes ? small_ + 1 : 0;
    if (bytes < thresholds::thin_turn_bytes) {
      if (pace_ < Moderator::slowest_pace) ++pace_;
    } else if (bytes > thresholds::fat_turn_bytes) {
      if (pace_ > 0) --pace_;
    }
  }

  // A turn found nothing: it is time to wait for readiness.
  void found_nothing(TimePoint at) {
    waiting_ = true;
    waiting_since_ = at;
  }
  [[nodiscard]] bool waits() const { return waiting_; }

  // Readiness has come. True where the flow should still let a turn pass, for more to gather; after
  // a pause it should not: what comes then is the beginning of something.
  [[nodiscard]] bool gathers(TimePoint at) {
    waiting_ = false;
    const bool prompt = small_ > 0 || at - waiting_since_ > thresholds::pause_before_prompt;
    if (prompt) pace_ = 0;
    return !prompt;
  }

  // Data comes in small pieces again.
  [[nodiscard]] bool is_calm() const { return small_ >= thresholds::small_transfers_to_calm; }

  // For Moderator::turn().
  [[nodiscard]] std::size_t pace() const { return pace_; }

 private:
  unsigned small_ = 0;
  std::size_t pace_ = 0;
  TimePoint waiting_since_{};
  bool waiting_ = true;  // begins by waiting for readiness
};

}  // namespace ringcat
