// Resolver: looks names up with getaddrinfo on a few threads of its own, so that no reactor waits
// for a name server.
//
// One for the process, shared by all reactors; lookup() is called on a reactor's thread and answers
// there. The threads start with the first name that is not numeric. Refuses: caching (names are
// looked up anew for each connection), numeric addresses (SocketAddress::numeric needs no thread).
#pragma once

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "endpoint/socket_address.hpp"
#include "ring/reactor.hpp"

namespace ringcat {

class Resolver {
 public:
  static constexpr unsigned most_threads = 4;

  using Answer = Result<std::vector<SocketAddress>>;

  // What to look up. An empty host stands for the addresses of this host that can be listened on.
  struct Question {
    std::string host;
    std::string service;  // a number or a name
    int family = AF_UNSPEC;
    int socket_type = SOCK_STREAM;
  };

  class Lookup;

  Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Lookups under way are abandoned: whoever awaits one must have been answered before.
  ~Resolver();

  // `co_await resolver.lookup(reactor, question)`: the addresses in getaddrinfo's order, at least
  // one. With a limit: ETIMEDOUT when it has passed.
  [[nodiscard]] Lookup lookup(Reactor& reactor, Question question,
                              std::optional<Duration> limit = std::nullopt);

 private:
  struct Request;
  struct Queue;

  static void serve(const std::shared_ptr<Queue>& queue);
  static Answer ask(const Question& question);
  // False where there is no thread to serve it.
  [[nodiscard]] bool submit(std::shared_ptr<Request> request);
  void start_thread();

  // Shared with the threads: getaddrinfo cannot be called off, so they are never joined, and may
  // outlive this object.
  std::shared_ptr<Queue> queue_;
};

class [[nodiscard]] Resolver::Lookup : private Timer {
 public:
  Lookup(Resolver& resolver, Reactor& reactor, Question question, Duration limit);

  [[nodiscard]] static bool await_ready() noexcept { return false; }
  [[nodiscard]] bool await_suspend(std::coroutine_handle<> waiter);
  [[nodiscard]] Answer await_resume();

 private:
  friend class Resolver;

  static void expire(Timer& timer);
  void answered();

  Resolver& resolver_;
  Reactor& reactor_;
  std::shared_ptr<Request> request_;
  Duration limit_;
  std::coroutine_handle<> waiter_;
};

}  // namespace ringcat
