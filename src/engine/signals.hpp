// Signals as events of a reactor: HUP, INT, QUIT, TERM and USR1, through a signalfd.
//
// Block them with block_signals() before the first thread starts, so that every thread inherits the
// mask. Thread: the reactor's. Refuses: deciding what a signal means.
#pragma once

#include <functional>

#include "base/unique_fd.hpp"
#include "ring/reactor.hpp"
#include "ring/task.hpp"

namespace ringcat {

// Blocks the signals that SignalWatch reports. One that is ignored already (nohup) stays ignored.
void block_signals();

// The opposite: until they are blocked again, they end the process.
void unblock_signals();

class SignalWatch {
 public:
  // Calls `on_signal` with the number of each signal that arrives, until the reactor is shut down
  // or this object goes.
  SignalWatch(Reactor& reactor, std::function<void(int)> on_signal);
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  // Ends the watch; await ended() before this object goes.
  void stop();
  [[nodiscard]] all_of ended() { return all_of{watching_}; }

 private:
  Task<void> watch();

  Reactor& reactor_;
  std::function<void(int)> on_signal_;
  UniqueFd fd_;
  Operation* polling_ = nullptr;
  Latch watching_;
  Task<void> watch_;
};

}  // namespace ringcat
