// Serving many: a listener with `fork`, its sessions spread over workers, until a signal or
// accept-timeout.
#pragma once

#include "engine/engine.hpp"

namespace ringcat {

// Whether the route serves many sessions, that is, whether one of its addresses listens with
// `fork`.
[[nodiscard]] bool serves_many(const Route& route);

// Exit status as of run_route().
[[nodiscard]] int run_served(const Features& features, const EngineSettings& settings,
                             const Route& route);

}  // namespace ringcat
