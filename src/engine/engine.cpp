#include "engine/engine.hpp"

#include "engine/serve.hpp"
#include "engine/signals.hpp"
#include "engine/single.hpp"

namespace ringcat {

int run_route(const Features& features, const EngineSettings& engine, const Route& route) {
  block_signals();
  return serves_many(route) ? run_served(features, engine, route)
                            : run_single(features, engine, route);
}

}  // namespace ringcat
