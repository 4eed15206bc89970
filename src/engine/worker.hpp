// Worker: one thread of a served route: its reactor, its share of the accepts, and its sessions.
//
// Everything but what is marked so runs on the worker's own thread. Refuses: judging
// what a signal means, other workers' sessions.
#pragma once

#include <atomic>
#include <coroutine>
#include <memory>

#include "base/unique_fd.hpp"
#include "endpoint/open.hpp"
#include "engine/service.hpp"
#include "relay/session.hpp"
#include "ring/acceptor.hpp"
#include "ring/reactor.hpp"

namespace ringcat {

class Worker {
 public:
  Worker(Service& service, Reactor& reactor) : service_(service), reactor_(reactor) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Accepts and relays until begin_drain() was called and the last session has ended.
  void run();

  // --- Any thread ---

  // Serves a connection that another worker accepted.
  void take(UniqueFd accepted);

  // Connections this worker has or is about to have.
  [[nodiscard]] unsigned load() const { return load_.load(std::memory_order_relaxed); }
  void add_load() { load_.fetch_add(1, std::memory_order_relaxed); }

  // Stops accepting; sessions go on.
  void begin_drain();

  // Ends the sessions as well.
  void begin_stop();

  // Lets run() return.
  void finish();

  // A session has ended somewhere: look again whether another may start.
  void slot_freed();

 private:
  // A session in the list of those to be stopped; takes itself out when it goes.
  struct Live;
  struct SlotFree;

  Task<void> accept_connections();
  Task<void> accept_until_full(Acceptor& acceptor);
  void dispatch(UniqueFd accepted);
  Task<void> serve(UniqueFd accepted);
  Task<void> relay(std::unique_ptr<Live> live);
  void connection_ended();

  Service& service_;
  Reactor& reactor_;
  std::atomic<unsigned> load_ = 0;
  Acceptor* acceptor_ = nullptr;  // while accept_connections() has one
  Live* live_ = nullptr;          // head of the list
  std::coroutine_handle<> waits_for_slot_;
  bool draining_ = false;
};

}  // namespace ringcat
