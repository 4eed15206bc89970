// Moderator: lets the bulk flows of a reactor move their data together, at intervals, instead of
// waking the thread for every segment; what network cards call interrupt moderation.
//
// Waiting flows cost nothing, one timer serves them all, and flows that wait for readiness are not
// delayed. Thread: the reactor's.
#pragma once

#include <coroutine>
#include <vector>

#include "base/clock.hpp"
#include "ring/timer.hpp"

namespace ringcat {

class Moderator : private Timer {
 public:
  // Long enough to gather some 100 KiB of a fast flow, short enough not to be felt at its end.
  static constexpr Duration interval = std::chrono::microseconds{100};

  explicit Moderator(TimerHeap& timers) noexcept : Timer(&Moderator::fire), timers_(timers) {}

  // `co_await moderator.turn()`: goes on at the end of this interval.
  class [[nodiscard]] Turn {
   public:
    explicit Turn(Moderator& moderator) noexcept : moderator_(moderator) {}
    [[nodiscard]] bool await_ready() const noexcept { return moderator_.closed_; }
    void await_suspend(std::coroutine_handle<> waiter) { moderator_.add(waiter); }
    static void await_resume() noexcept {}

   private:
    Moderator& moderator_;
  };
  Turn turn() noexcept { return Turn{*this}; }

  // From now on nobody waits.
  void close() noexcept { closed_ = true; }

 private:
  void add(std::coroutine_handle<> waiter) {
    waiting_.push_back(waiter);
    if (!is_armed()) timers_.arm(*this, now() + interval);
  }

  static void fire(Timer& timer) {
    auto& self = static_cast<Moderator&>(timer);
    self.resumed_.swap(self.waiting_);
    for (const std::coroutine_handle<> waiter : self.resumed_) waiter.resume();
    self.resumed_.clear();
  }

  TimerHeap& timers_;
  std::vector<std::coroutine_handle<>> waiting_;
  std::vector<std::coroutine_handle<>> resumed_;  // kept for its memory
  bool closed_ = false;
};

}  // namespace ringcat
