// Waiting, for the bulk lanes: until a direction's source has something, or its target takes
// something.
//
// Thread: the session's. What comes back is false where the session is ending.
#pragma once

#include "relay/pump.hpp"
#include "ring/task.hpp"

namespace ringcat {

[[nodiscard]] Task<bool> source_ready(Pump& pump);
[[nodiscard]] Task<bool> target_ready(Pump& pump);

}  // namespace ringcat
