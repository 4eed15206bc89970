// A single session: both addresses are opened once, left before right, and the route ends with the
// session.
#pragma once

#include "engine/engine.hpp"

namespace ringcat {

// Exit status as of run_route().
[[nodiscard]] int run_single(const Features& features, const EngineSettings& settings,
                             const Route& route);

}  // namespace ringcat
