// Moderator: lets the bulk flows of a reactor move their data together, at intervals, instead of
// waking the thread for every segment; what network cards call interrupt moderation.
//
// A flow chooses its pace: the base interval, or two, four or eight times as long. The intervals
// are aligned, so that flows of all paces wake the thread at the same moments. Flows that wait for
// readiness are not delayed. Thread: the reactor's.
#pragma once

#include <array>
#include <coroutine>
#include <cstddef>
#include <vector>

#include "base/clock.hpp"
#include "ring/timer.hpp"

namespace ringcat {

class Moderator {
 public:
  // Long enough to gather some 100 KiB of a fast flow, short enough not to be felt at its end.
  static constexpr Duration base_interval = std::chrono::microseconds{100};
  static constexpr std::size_t slowest_pace = 3;  // 800 µs

  explicit Moderator(TimerHeap& timers) noexcept;

  // `co_await moderator.turn(pace)`: goes on at the end of this interval of base_interval << pace.
  class [[nodiscard]] Turn {
   public:
    Turn(Moderator& moderator, std::size_t pace) noexcept : moderator_(moderator), pace_(pace) {}
    [[nodiscard]] bool await_ready() const noexcept { return moderator_.closed_; }
    void await_suspend(std::coroutine_handle<> waiter) { moderator_.add(waiter, pace_); }
    static void await_resume() noexcept {}

   private:
    Moderator& moderator_;
    std::size_t pace_;
  };
  Turn turn(std::size_t pace) noexcept { return Turn{*this, pace}; }

  // From now on nobody waits.
  void close() noexcept { closed_ = true; }

 private:
  // The flows of one pace.
  struct Level : Timer {
    Level() noexcept;
    static void fire(Timer& timer);
    std::vector<std::coroutine_handle<>> waiting;
    std::vector<std::coroutine_handle<>> resumed;  // kept for its memory
  };

  void add(std::coroutine_handle<> waiter, std::size_t pace);

  TimerHeap& timers_;
  std::array<Level, slowest_pace + 1> levels_;
  bool closed_ = false;
};

}  // namespace ringcat
