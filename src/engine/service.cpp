#include "engine/service.hpp"

#include <algorithm>

#include "engine/contexts.hpp"
#include "engine/worker.hpp"

namespace ringcat {

Service::Service(const Route& served, Resolver& names) : route(served), resolver(names) {}

Service::~Service() = default;

bool Service::take_slot() {
  unsigned taken = active.load();
  do {
    if (listener.max_children > 0 && taken >= listener.max_children) return false;
  } while (!active.compare_exchange_weak(taken, taken + 1));
  return true;
}

Worker& Service::worker_for(Worker& accepting_worker) const {
  const auto least =
      std::ranges::min_element(workers, {}, [](const auto& worker) { return worker->load(); });
  const unsigned lowest = (*least)->load();
  // An eighth of slack: short connections would otherwise travel between threads for nothing.
  return accepting_worker.load() > lowest + lowest / 8 ? **least : accepting_worker;
}

OpenContext Service::far_context(Reactor& reactor) const {
  OpenContext context = listener_is_left ? right_context(reactor, resolver, route)
                                         : left_context(reactor, resolver, route);
  context.served = true;
  return context;
}

void Service::finish_if_over() const {
  if (accepting.load() > 0 || active.load() > 0) return;
  for (const std::unique_ptr<Worker>& worker : workers) worker->finish();
}

}  // namespace ringcat
