#include "engine/contexts.hpp"

namespace ringcat {
namespace {

Direction direction_of(Flow flow, Flow reading) {
  if (flow == Flow::both) return Direction::both;
  return flow == reading ? Direction::read : Direction::write;
}

}  // namespace

OpenContext left_context(Reactor& reactor, Resolver& resolver, const Route& route) {
  return {.reactor = reactor,
          .resolver = resolver,
          .direction = direction_of(route.session.flow, Flow::left_to_right),
          .family = route.family};
}

OpenContext right_context(Reactor& reactor, Resolver& resolver, const Route& route) {
  return {.reactor = reactor,
          .resolver = resolver,
          .direction = direction_of(route.session.flow, Flow::right_to_left),
          .family = route.family};
}

}  // namespace ringcat
