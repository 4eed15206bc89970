// How the two addresses of a route are opened: with `-u` and `-U` each only in the direction it is
// used in.
#pragma once

#include "endpoint/open.hpp"
#include "engine/engine.hpp"

namespace ringcat {

[[nodiscard]] OpenContext left_context(Reactor& reactor, Resolver& resolver, const Route& route);
[[nodiscard]] OpenContext right_context(Reactor& reactor, Resolver& resolver, const Route& route);

}  // namespace ringcat
