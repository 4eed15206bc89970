// Task<T>: a coroutine that runs when awaited and gives its result to the one that awaits it.
//
// Single-threaded: a task lives and ends on the reactor's thread that started it. A task is never
// destroyed while it is suspended inside an operation: cancel the operation and await the task.
// Exceptions do not cross a task; one that escapes ends the process.
#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>
#include <optional>
#include <utility>

#include "ring/frame_pool.hpp"

namespace ringcat {

template <typename T = void>
class Task;

// Counts tasks that run side by side; whoever waits goes on when the last has ended.
struct Latch {
  unsigned pending = 0;
  std::coroutine_handle<> waiter;
};

namespace detail {

// Who is told when a task ends: the coroutine that awaits it, the latch that counts it, or nobody.
// One word, because an idle connection is made of frames.
class Ending {
 public:
  void resume_afterwards(std::coroutine_handle<> awaiting) noexcept {
    word_ = reinterpret_cast<std::uintptr_t>(awaiting.address());
  }
  void count_down(Latch& latch) noexcept {
    word_ = reinterpret_cast<std::uintptr_t>(&latch) | latch_bit;
  }

  // Nobody waits: the frame frees itself.
  [[nodiscard]] bool is_detached() const noexcept { return word_ == 0; }

  // The task has ended. What comes back runs next.
  [[nodiscard]] std::coroutine_handle<> next() const noexcept {
    if ((word_ & latch_bit) == 0) {
      return std::coroutine_handle<>::from_address(reinterpret_cast<void*>(word_));
    }
    Latch& latch = *reinterpret_cast<Latch*>(word_ & ~latch_bit);
    if (--latch.pending > 0 || !latch.waiter) return std::noop_coroutine();
    return latch.waiter;
  }

 private:
  static constexpr std::uintptr_t latch_bit = 1;
  std::uintptr_t word_ = 0;
};

struct PromiseBase {
  Ending ending;

  static void* operator new(std::size_t bytes) { return frame_pool::allocate(bytes); }
  static void operator delete(void* frame, std::size_t bytes) { frame_pool::release(frame, bytes); }

  static std::suspend_always initial_suspend() noexcept { return {}; }
  [[noreturn]] static void unhandled_exception() noexcept { std::terminate(); }

  struct Final {
    static bool await_ready() noexcept { return false; }
    template <typename Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) noexcept {
      const Ending told = self.promise().ending;
      if (!told.is_detached()) return told.next();
      self.destroy();
      return std::noop_coroutine();
    }
    static void await_resume() noexcept {}
  };
  static Final final_suspend() noexcept { return {}; }
};

template <typename T>
struct Promise : PromiseBase {
  std::optional<T> value;
  Task<T> get_return_object() noexcept;
  template <typename U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() { return std::move(*value); }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object() noexcept;
  static void return_void() noexcept {}
  static void take() noexcept {}
};

}  // namespace detail

template <typename T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) noexcept : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&&) = delete;
  Task(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
    handle_.promise().ending.resume_afterwards(awaiting);
    return handle_;
  }
  T await_resume() { return handle_.promise().take(); }

  // Starts the task now, counted by `latch`; await the latch with all_of() before this object goes.
  void start(Latch& latch) {
    ++latch.pending;
    handle_.promise().ending.count_down(latch);
    handle_.resume();
  }

  // The result of a task that was started and has ended.
  T result() { return handle_.promise().take(); }

  // Starts the task now; it frees itself when it ends.
  void detach() && { std::exchange(handle_, {}).resume(); }

 private:
  Handle handle_;
};

template <typename T>
Task<T> detail::Promise<T>::get_return_object() noexcept {
  return Task<T>{Task<T>::Handle::from_promise(*this)};
}

inline Task<void> detail::Promise<void>::get_return_object() noexcept {
  return Task<void>{Task<void>::Handle::from_promise(*this)};
}

// Awaits every task counted by `latch`.
class [[nodiscard]] all_of {
 public:
  explicit all_of(Latch& latch) noexcept : latch_(latch) {}
  [[nodiscard]] bool await_ready() const noexcept { return latch_.pending == 0; }
  void await_suspend(std::coroutine_handle<> waiter) noexcept { latch_.waiter = waiter; }
  static void await_resume() noexcept {}

 private:
  Latch& latch_;
};

}  // namespace ringcat
