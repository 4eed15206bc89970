// FlowPace: how often a bulk flow takes its turn, from what its turns bring; and when it has calmed
// down.
#pragma once

#include <cstddef>

#include "relay/thresholds.hpp"
#include "ring/moderator.hpp"

namespace ringcat {

class FlowPace {
 public:
  // A turn moved `bytes`.
  void moved(std::size_t bytes) {
    empty_turns_ = 0;
    small_ = bytes < thresholds::small_transfer_bytes ? small_ + 1 : 0;
    if (bytes < thresholds::thin_turn_bytes) {
      if (pace_ < Moderator::slowest_pace) ++pace_;
    } else if (bytes > thresholds::fat_turn_bytes) {
      if (pace_ > 0) --pace_;
    }
  }

  // A turn found nothing.
  void found_nothing() { ++empty_turns_; }

  // It is time to wait for readiness instead of a turn; the flow then begins anew at the quickest
  // pace.
  [[nodiscard]] bool is_idle() const { return empty_turns_ >= thresholds::empty_turns_to_wait; }
  void woke() {
    empty_turns_ = 0;
    pace_ = 0;
  }

  // Data comes in small pieces again.
  [[nodiscard]] bool is_calm() const { return small_ >= thresholds::small_transfers_to_calm; }

  // For Moderator::turn().
  [[nodiscard]] std::size_t pace() const { return pace_; }

 private:
  unsigned small_ = 0;
  unsigned empty_turns_ = thresholds::empty_turns_to_wait;  // begins by waiting for readiness
  std::size_t pace_ = 0;
};

}  // namespace ringcat
