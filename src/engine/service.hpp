// Service: what the workers of one served route share.
//
// Set up before the first worker runs; afterwards only the atomics change. Thread: any.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "endpoint/open.hpp"
#include "endpoint/resolver.hpp"
#include "engine/engine.hpp"
#include "engine/statistics.hpp"

namespace ringcat {

class Worker;

class Service {
 public:
  Service(const Route& served, Resolver& names);
  ~Service();

  // Whether no further session may start now (`max-children`).
  [[nodiscard]] bool is_full() const {
    return listener.max_children > 0 && active.load() >= listener.max_children;
  }

  // Counts one more connection as active, unless `max-children` are. Of workers that ask at once
  // only as many succeed as there is room for.
  [[nodiscard]] bool take_slot();

  // The worker a connection accepted by `accepting` goes to: itself, unless another has clearly
  // less to do.
  [[nodiscard]] Worker& worker_for(Worker& accepting) const;

  // How the address is opened that is not the listener's.
  [[nodiscard]] OpenContext far_context(Reactor& reactor) const;

  // Lets every worker's run() return if nobody accepts and nothing is being served any more.
  void finish_if_over() const;

  const Route& route;
  Resolver& resolver;
  SessionSettings session;
  Listener listener;
  bool listener_is_left = true;
  std::vector<std::unique_ptr<Worker>> workers;  // complete before any runs
  std::atomic<unsigned> accepting = 0;           // workers that accept
  std::atomic<unsigned> active = 0;              // connections accepted and not yet over
  std::atomic<std::int64_t> last_accept_ns = 0;  // of the monotonic clock, for accept-timeout
  Statistics statistics;
};

}  // namespace ringcat
