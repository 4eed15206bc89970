// Reactor: the event loop of one thread. Coroutines ask it for operations, it submits them, reaps
// their completions into a queue, and resumes whoever awaits them once reaping is done.
//
// Create and run it on the thread that uses it; only post() may be called from others.
// Two backends stand behind the same operations: io_uring and epoll (see Features). Refuses:
// knowing what is relayed.
#pragma once

#include <sys/socket.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "ring/acceptor.hpp"
#include "ring/backend.hpp"
#include "ring/buffer_pool.hpp"
#include "ring/features.hpp"
#include "ring/large_buffer_pool.hpp"
#include "ring/moderator.hpp"
#include "ring/operation.hpp"
#include "ring/pipe_pool.hpp"
#include "ring/task.hpp"
#include "ring/timer.hpp"

namespace ringcat {

struct ReactorSettings {
  Duration
      busy_poll{};  // spin this long after the last completion before sleeping; 0: sleep at once
  // Tests put a backend that misbehaves on purpose around the real one.
  std::function<std::unique_ptr<Backend>(std::unique_ptr<Backend>, Completions&)> wrap_backend;
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

  // run() returns when this turn of the loop is over.
  void stop() noexcept { stopping_ = true; }

  // Any thread: `work` runs on the reactor's thread, in the order posted.
  void post(std::move_only_function<void()> work);

  // Ends everything: what is in flight completes with -ECANCELED, so does all that is started
  // later, and every timer fires now. For the end of the process, so that each coroutine unwinds.
  void shut_down();
  [[nodiscard]] bool is_shut_down() const noexcept { return shut_down_; }

  // The time at the start of this turn of the loop.
  [[nodiscard]] TimePoint now() const noexcept { return now_; }

  // --- Operations: each starts now; await it now or later. Results: bytes, 0 at end of file, or
  // -errno. ---

  // Receives `most` bytes (at most BufferPool::buffer_bytes) from a socket into a pooled buffer.
  // `expect_data` false tells the kernel to wait for readiness first instead of trying at once.
  [[nodiscard]] ReceiveOperation receive(int socket, std::size_t most = BufferPool::buffer_bytes,
                                         bool expect_data = true);

  // The same for what is not a socket; a regular file is read at its position.
  [[nodiscard]] ReceiveOperation read(int fd, std::size_t most = BufferPool::buffer_bytes);

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

  [[nodiscard]] std::int64_t splice_now(int from, int to, std::size_t bytes, unsigned flags = 0) {
    return backend_->splice(from, to, bytes, flags);
  }
  [[nodiscard]] std::int64_t tee_now(int from, int to, std::size_t bytes) {
    return backend_->tee(from, to, bytes);
  }
  [[nodiscard]] std::int64_t receive_now(int socket, std::span<std::byte> into) {
    return backend_->receive(socket, into);
  }
  [[nodiscard]] std::int64_t send_now(int socket, std::span<const std::byte> bytes, int flags = 0) {
    return backend_->send(socket, bytes, flags);
  }

  // --- Time ---

  void arm(Timer& timer, Duration from_now) { timers_.arm(timer, ringcat::now() + from_now); }
  void arm_at(Timer& timer, TimePoint at) { timers_.arm(timer, at); }
  void disarm(Timer& timer) noexcept { timers_.disarm(timer); }

  // `co_await reactor.bulk_turn()`: a bulk flow goes on together with the others.
  [[nodiscard]] Moderator::Turn bulk_turn() noexcept { return moderator_.turn(); }

  // --- Pools ---

  [[nodiscard]] PipePool& pipes() noexcept { return pipes_; }
  [[nodiscard]] BufferPool& buffers() noexcept { return buffers_; }
  [[nodiscard]] LargeBufferPool& large_buffers() noexcept { return large_buffers_; }

  [[nodiscard]] BackendKind backend() const noexcept { return kind_; }

 private:
  friend class Operation;
  friend class Acceptor;

  Reactor(BackendKind kind, Duration busy_poll) noexcept;
  void start(Operation& operation);
  void start(Acceptor& acceptor);
  void turn(Duration limit);
  void run_ready();
  void start_again();
  void wait_for_posts();
  void run_posted();
  [[nodiscard]] Duration sleep_limit() const;

  BackendKind kind_;
  Duration busy_poll_;
  TimePoint now_;
  TimePoint last_traffic_{};
  bool stopping_ = false;
  bool shut_down_ = false;

  TimerHeap timers_;
  Moderator moderator_{timers_};
  BufferPool buffers_;
  LargeBufferPool large_buffers_;
  PipePool pipes_;
  Completions completions_;
  std::unique_ptr<Backend> backend_;

  UniqueFd wake_;  // eventfd: something was posted
  std::optional<Operation> waiting_for_posts_;
  std::mutex posted_mutex_;
  std::vector<std::move_only_function<void()>> posted_;
};

// `co_await sleep_for(reactor, duration)`; zero lets others run first.
class [[nodiscard]] sleep_for : private Timer {
 public:
  sleep_for(Reactor& reactor, Duration duration) noexcept
      : Timer(&sleep_for::wake), reactor_(reactor), duration_(duration) {}

  [[nodiscard]] bool await_ready() const noexcept { return reactor_.is_shut_down(); }
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

}  // namespace ringcat
