// Reactor: the event loop of one thread. Coroutines ask it for operations, it submits them, reaps
// their completions into a queue, and resumes whoever awaits them once reaping is done.
//
// Create and run it on the thread that uses it; only post() and stop() may be called from others.
// Two backends stand behind the same operations: io_uring and epoll (see Features). Refuses:
// knowing what is relayed.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "ring/backend.hpp"
#include "ring/buffer_pool.hpp"
#include "ring/features.hpp"
#include "ring/operation.hpp"
#include "ring/pipe_pool.hpp"
#include "ring/task.hpp"
#include "ring/timer.hpp"

namespace ringcat {

struct ReactorSettings {
  Duration
      busy_poll{};  // spin this long after the last completion before sleeping; 0: sleep at once
  // Tests put a backend that misbehaves on purpose around the real one.
  std::function<std::unique_ptr<Backend>(std::unique_ptr<Backend>)> wrap_backend;
};

class Reactor {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Reactor>> create(const Features& features,
                                                               ReactorSettings settings = {});
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;
  ~Reactor();

  // Runs until stop(). May be called again.
  void run();

  // Any thread: run() returns after what is ready now has run.
  void stop();

  // Any thread: `work` runs on the reactor's thread, in the order posted.
  void post(std::move_only_function<void()> work);

  // The time at the start of this turn of the loop.
  [[nodiscard]] TimePoint now() const noexcept { return now_; }

  // --- Operations: each starts now; await it now or later. Results: bytes, 0 at end of file, or
  // -errno. ---

  // Receives from a socket into a pooled buffer. `expect_data` false tells the kernel to wait for
  // readiness first instead of trying at once.
  [[nodiscard]] ReceiveOperation receive(int socket, bool expect_data = true);

  // The same for what is not a socket; a regular file is read at its position.
  [[nodiscard]] ReceiveOperation read(int fd);

  // `flags` are those of send(2); MSG_NOSIGNAL is added.
  [[nodiscard]] Operation send(int socket, std::span<const std::byte> bytes, int flags = 0);
  [[nodiscard]] Operation write(int fd, std::span<const std::byte> bytes);

  // `address` must live until the operation has completed. Result: 0 or -errno.
  [[nodiscard]] Operation connect(int socket, const sockaddr* address, socklen_t length);

  // Waits until one of `events` (POLLIN, POLLOUT, …) holds. Result: the events, or -errno.
  [[nodiscard]] Operation poll(int fd, short events);

  // Asks for an early end: the operation completes soon, with -ECANCELED unless it was faster.
  void cancel(Operation& operation);

  // --- Calls that answer at once. Results as above; -EAGAIN where they would have to wait. ---

  [[nodiscard]] std::int64_t splice_now(int from, int to, std::size_t bytes, unsigned flags = 0);
  [[nodiscard]] std::int64_t tee_now(int from, int to, std::size_t bytes);
  [[nodiscard]] std::int64_t receive_now(int socket, std::span<std::byte> into);
  [[nodiscard]] std::int64_t send_now(int socket, std::span<const std::byte> bytes, int flags = 0);

  // --- Time ---

  void arm(Timer& timer, Duration from_now) { timers_.arm(timer, ringcat::now() + from_now); }
  void arm_at(Timer& timer, TimePoint at) { timers_.arm(timer, at); }
  void disarm(Timer& timer) noexcept { timers_.disarm(timer); }

  // --- Pools ---

  [[nodiscard]] PipePool& pipes() noexcept { return pipes_; }
  [[nodiscard]] BufferPool& buffers() noexcept { return buffers_; }

  [[nodiscard]] BackendKind backend() const noexcept { return kind_; }

 private:
  friend class Acceptor;

  Reactor(BackendKind kind, ReactorSettings settings);
  void run_ready();
  void run_posted();
  [[nodiscard]] Duration sleep_limit() const;
  Task<void> listen_for_posts();

  BackendKind kind_;
  Duration busy_poll_;
  TimePoint now_;
  std::atomic<bool> stopping_ = false;

  TimerHeap timers_;
  BufferPool buffers_;
  PipePool pipes_;
  ReadyQueue ready_;
  std::unique_ptr<Backend> backend_;

  UniqueFd wake_;  // eventfd: something was posted
  std::mutex posted_mutex_;
  std::vector<std::move_only_function<void()>> posted_;
};

// `co_await sleep_for(reactor, duration)`.
class [[nodiscard]] sleep_for : private Timer {
 public:
  sleep_for(Reactor& reactor, Duration duration) noexcept
      : Timer(&sleep_for::wake), reactor_(reactor), duration_(duration) {}

  [[nodiscard]] bool await_ready() const noexcept { return duration_ <= Duration::zero(); }
  void await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    reactor_.arm(*this, duration_);
  }
  static void await_resume() noexcept {}

 private:
  static void wake(Timer& timer) { static_cast<sleep_for&>(timer).waiter_.resume(); }

  Reactor& reactor_;
  Duration duration_;
  std::coroutine_handle<> waiter_;
};

// Cancels `operation` when `limit` has passed, unless this object goes first.
class Deadline : private Timer {
 public:
  Deadline(Reactor& reactor, Duration limit, Operation& operation)
      : Timer(&Deadline::expire), reactor_(reactor), operation_(operation) {
    reactor.arm(*this, limit);
  }
  [[nodiscard]] bool expired() const noexcept { return expired_; }

 private:
  static void expire(Timer& timer) {
    auto& self = static_cast<Deadline&>(timer);
    self.expired_ = true;
    if (!self.operation_.is_done()) self.reactor_.cancel(self.operation_);
  }

  Reactor& reactor_;
  Operation& operation_;
  bool expired_ = false;
};

// Acceptor: the stream of connections of one listening socket, by one multishot accept.
class Acceptor : private Operation {
 public:
  // `listener` is a listening socket, non-blocking; accepted sockets are SOCK_NONBLOCK |
  // SOCK_CLOEXEC.
  Acceptor(Reactor& reactor, int listener) noexcept;
  ~Acceptor();  // must be stopped

  // The next connection, or -errno (-ECANCELED after stop()). Armed again by the next call after an
  // error.
  class Next;
  [[nodiscard]] Next next();

  // Ends the accept; `co_await next()` then gives what was accepted before, and -ECANCELED at last.
  void stop();
};

}  // namespace ringcat
