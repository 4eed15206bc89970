// LanePlan: which lane a pump is on, and which comes next.
//
// A direction copies while its data comes in small pieces, goes over to a bulk lane when it
// streams, and comes back when it calms down. Thread: the session's.
#pragma once

#include "relay/lane.hpp"
#include "relay/lane_result.hpp"

namespace ringcat {

class LanePlan {
 public:
  explicit LanePlan(const Pump& pump);

  // Whether the lane moves what Pump::receive_ahead() brings.
  [[nodiscard]] bool copies() const { return lane_ == Lane::copy; }

  // Runs the lane the plan is at.
  [[nodiscard]] Task<LaneResult> run_lane(Pump& pump) const;

  // Goes on to the next lane; false where the direction is at its end.
  [[nodiscard]] bool advance(Pump& pump, LaneEnd end);

 private:
  Lane lane_;
  Lane bulk_;
};

}  // namespace ringcat
