#include "engine/engine.hpp"

#include "base/log.hpp"
#include "engine/serve.hpp"
#include "engine/signals.hpp"
#include "engine/single.hpp"

namespace ringcat {
namespace {

// Connecting in a loop is the one thing `fork` means for socat that ringcat does not do.
bool connects_in_a_loop(const AddressSpec& address) {
  return address.flag(OptionId::fork) && !listens(address);
}

}  // namespace

int run_route(const Features& features, const EngineSettings& engine, const Route& route) {
  for (const AddressSpec* const address : {route.left, route.right}) {
    if (!connects_in_a_loop(*address)) continue;
    log(LogLevel::error, address->text +
                             ": fork is for listening addresses; connecting in a loop is not in "
                             "this version of ringcat");
    return 1;
  }
  block_signals();
  return serves_many(route) ? run_served(features, engine, route)
                            : run_single(features, engine, route);
}

}  // namespace ringcat
