// Acceptor: the stream of connections of one listening socket, from one multishot accept.
//
// Thread: the reactor's. Connections that were accepted but not taken are closed with the acceptor.
// Refuses: judging who may connect.
#pragma once

#include <vector>

#include "base/unique_fd.hpp"
#include "ring/operation.hpp"

namespace ringcat {

class Completions;
class Reactor;

class Acceptor : private Operation {
 public:
  // `listener` is a listening socket, non-blocking. Accepted sockets are SOCK_NONBLOCK |
  // SOCK_CLOEXEC.
  Acceptor(Reactor& reactor, int listener) noexcept;
  ~Acceptor();  // must not be armed: stop(), then take what next() gives until -ECANCELED

  // `co_await acceptor.next()`: the next connection's descriptor, which is the caller's to close,
  // or -errno; after an error the next call accepts again, after stop() it gives -ECANCELED once
  // all are taken.
  [[nodiscard]] Acceptor& next();
  [[nodiscard]] bool await_ready() const noexcept { return !arrived_.empty() || !armed_; }
  using Operation::await_suspend;
  [[nodiscard]] int await_resume() noexcept;

  void stop();

  // --- For backends ---

  [[nodiscard]] static Acceptor& of(Operation& operation) noexcept {
    return static_cast<Acceptor&>(operation);
  }
  [[nodiscard]] Operation& operation() noexcept { return *this; }

  // One accept ended; `more` says whether further ones will.
  void deliver(Completions& completions, int result, bool more);

 private:
  Reactor& reactor_;
  std::vector<int> arrived_;  // descriptors or -errno, oldest first
  bool armed_ = false;
  bool queued_ = false;  // in Completions::ready
  bool stopped_ = false;
};

}  // namespace ringcat
