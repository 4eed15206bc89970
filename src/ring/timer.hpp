// Timers of one reactor: intrusive nodes in a binary heap. Arming and disarming take O(log n) and
// no memory once the heap has grown.
//
// Thread: the reactor's. A timer must be disarmed (or have fired) before it is destroyed; its
// destructor does so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/clock.hpp"

namespace ringcat {

class TimerHeap;

class Timer {
 public:
  using Callback = void (*)(Timer&);

  explicit Timer(Callback callback) noexcept : callback_(callback) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer();

  [[nodiscard]] bool is_armed() const noexcept { return heap_ != nullptr; }
  [[nodiscard]] TimePoint at() const noexcept { return at_; }

 private:
  friend class TimerHeap;

  Callback callback_;
  TimerHeap* heap_ = nullptr;
  TimePoint at_{};
  std::size_t index_ = 0;
};

class TimerHeap {
 public:
  // Arms `timer` for `at`, moving it if it was armed already.
  void arm(Timer& timer, TimePoint at);
  void disarm(Timer& timer) noexcept;

  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
  [[nodiscard]] TimePoint next() const noexcept { return heap_.front()->at_; }

  // Fires every timer due at `now`, each disarmed before its callback runs.
  void fire(TimePoint now);

  // Fires every timer armed now, due or not.
  void fire_all();

 private:
  void place(std::size_t index, Timer* timer) noexcept;
  void sift_up(std::size_t index) noexcept;
  void sift_down(std::size_t index) noexcept;

  std::vector<Timer*> heap_;
};

}  // namespace ringcat
