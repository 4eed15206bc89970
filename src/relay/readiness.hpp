// Waiting, for the bulk lanes: until a direction's source has something, or its target takes
// something.
//
// Thread: the session's. What comes back is false where the session is ending.
#pragma once

#include "relay/direction.hpp"
#include "ring/task.hpp"

namespace ringcat {

[[nodiscard]] Task<bool> source_ready(Direction& direction);
[[nodiscard]] Task<bool> target_ready(Direction& direction);

}  // namespace ringcat
