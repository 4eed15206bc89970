#include "engine/worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/log.hpp"

namespace ringcat {
namespace {

// How long accepting pauses when the system is out of descriptors or memory.
constexpr Duration accept_pause = std::chrono::milliseconds{100};

// What every further connection would meet as well is said once a second, not for each.
void log_not_opened(const Error& error) {
  switch (error.code) {
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOBUFS:
      return log_limited(LogLevel::error, "open", error.message);
    default:
      return log(LogLevel::error, error.message);
  }
}

}  // namespace

struct Worker::Live {
  Live(Worker& owner, Channel left, Channel right)
      : worker(owner),
        session(owner.reactor_, std::move(left), std::move(right), owner.service_.session) {
    next = worker.live_;
    if (next != nullptr) next->previous = this;
    worker.live_ = this;
  }
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;
  ~Live() {
    (previous == nullptr ? worker.live_ : previous->next) = next;
    if (next != nullptr) next->previous = previous;
  }

  Worker& worker;
  Live* next = nullptr;
  Live* previous = nullptr;
  Session session;
};

// Lets a connection wait until another has ended (`max-children`).
struct Worker::SlotFree {
  Worker& worker;

  [[nodiscard]] bool await_ready() const { return !worker.service_.is_full(); }
  void await_suspend(std::coroutine_handle<> waiter) const { worker.waits_for_slot_ = waiter; }
  static void await_resume() {}
};

void Worker::run() {
  accept_connections().detach();
  reactor_.run();
}

Task<void> Worker::accept_connections() {
  while (!draining_) {
    Acceptor acceptor{reactor_, service_.listener.fd.get()};
    acceptor_ = &acceptor;
    co_await accept_until_full(acceptor);
    acceptor_ = nullptr;
  }
  const bool last_to_accept = service_.accepting.fetch_sub(1) == 1;
  if (last_to_accept)
    service_.listener.close();  // further connections are refused, not kept waiting
  service_.finish_if_over();
}

// Until draining begins, or `max-children` is reached and the surplus of the last burst has been
// served.
Task<void> Worker::accept_until_full(Acceptor& acceptor) {
  for (;;) {
    const int accepted = co_await acceptor.next();
    if (accepted == -ECANCELED) co_return;
    if (accepted < 0) {
      ++service_.statistics.accept_errors;
      log_limited(LogLevel::error, "accept",
                  fmt::format("accept({}): {}; trying again", service_.listener.fd.get(),
                              errno_text(-accepted)));
      co_await sleep_for(reactor_, accept_pause);
      continue;
    }
    UniqueFd connection{accepted};
    bool has_slot = service_.take_slot();
    while (!has_slot && !reactor_.is_shut_down()) {
      co_await SlotFree{*this};
      has_slot = !reactor_.is_shut_down() && service_.take_slot();
    }
    if (!has_slot) continue;  // shut down: the accept that is still armed ends in next()
    dispatch(std::move(connection));
    if (service_.is_full()) acceptor.stop();
  }
}

void Worker::dispatch(UniqueFd accepted) {
  ++service_.statistics.accepted;
  service_.last_accept_ns.store(reactor_.now().time_since_epoch().count(),
                                std::memory_order_relaxed);
  Worker& chosen = service_.worker_for(*this);
  chosen.add_load();
  if (&chosen == this) {
    serve(std::move(accepted)).detach();
  } else {
    chosen.take(std::move(accepted));
  }
}

void Worker::take(UniqueFd accepted) {
  reactor_.post([this, connection = std::move(accepted)]() mutable {
    serve(std::move(connection)).detach();
  });
}

// From the accepted socket to the session. The session itself has a coroutine of its own, so that
// what opening needed is freed before the relaying begins.
Task<void> Worker::serve(UniqueFd accepted) {
  const Route& route = service_.route;
  Result<Channel> near = service_.listener.admit(std::move(accepted));
  if (!near) {
    ++service_.statistics.refused;
    co_return connection_ended();
  }
  const AddressSpec& far_address = service_.listener_is_left ? *route.right : *route.left;
  Result<Channel> far = co_await open_channel(service_.far_context(reactor_), far_address);
  if (!far) {
    ++service_.statistics.not_opened;
    log_not_opened(far.error());
    co_return connection_ended();
  }
  if (!service_.listener_is_left) std::swap(near, far);
  if (route.before_transfer) route.before_transfer();
  relay(std::make_unique<Live>(*this, std::move(*near), std::move(*far))).detach();
}

Task<void> Worker::relay(std::unique_ptr<Live> live) {
  const SessionEnd end = co_await live->session.run();
  service_.statistics.add(live->session, end);
  live.reset();
  connection_ended();
}

void Worker::connection_ended() {
  load_.fetch_sub(1, std::memory_order_relaxed);
  service_.active.fetch_sub(1);
  if (service_.listener.max_children > 0) {
    for (const std::unique_ptr<Worker>& worker : service_.workers) worker->slot_freed();
  }
  service_.finish_if_over();
}

void Worker::finish() {
  reactor_.post([this] { reactor_.stop(); });
}

void Worker::slot_freed() {
  reactor_.post([this] {
    if (waits_for_slot_) std::exchange(waits_for_slot_, {}).resume();
  });
}

void Worker::begin_drain() {
  reactor_.post([this] {
    draining_ = true;
    if (acceptor_ != nullptr) acceptor_->stop();
  });
}

void Worker::begin_stop() {
  reactor_.post([this] {
    for (Live* live = live_; live != nullptr; live = live->next) live->session.stop();
    reactor_.shut_down();
    if (waits_for_slot_) std::exchange(waits_for_slot_, {}).resume();
  });
}

}  // namespace ringcat
