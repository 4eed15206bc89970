// Operation: one request to the kernel, awaited for its result.
//
// An operation starts when it is made (by a function of Reactor) and is awaited at most once, then
// or later; two operations of one coroutine may so be under way side by side. Results are as the
// kernel gives them: a count or descriptor, or a negative errno value. An operation stays where it
// is: the kernel knows its address. It must not be destroyed before it has completed: cancel it
// with Reactor::cancel and await it.
#pragma once

#include <cassert>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ringcat {

class BufferPool;

class [[nodiscard]] Operation {
 public:
  enum class Kind : std::uint8_t {
    receive,  // from a socket into a pooled buffer
    read,     // from anything else into a pooled buffer
    send,     // to a socket
    write,    // to anything else
    connect,
    poll,
    accept,  // multishot, see Acceptor
  };
  enum class State : std::uint8_t { in_flight, done };

  Operation(Kind kind, int fd, const void* memory, std::uint32_t length,
            std::uint32_t flags) noexcept
      : memory_(const_cast<void*>(memory)), fd_(fd), length_(length), flags_(flags), kind_(kind) {}
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  ~Operation() { assert(is_done() && "destroyed while the kernel still uses it"); }

  [[nodiscard]] bool is_done() const noexcept { return state_ == State::done; }
  [[nodiscard]] int result() const noexcept { return result_; }

  [[nodiscard]] bool await_ready() const noexcept { return is_done(); }
  void await_suspend(std::coroutine_handle<> waiter) noexcept { waiter_ = waiter; }
  [[nodiscard]] int await_resume() const noexcept { return result_; }

 private:
  friend class Reactor;
  friend class ReadyQueue;
  friend class ReceiveOperation;
  friend class Acceptor;
  friend struct BackendAccess;

  void* memory_;  // buffer or socket address
  std::coroutine_handle<> waiter_;
  Operation* next_ = nullptr;  // in a queue of the reactor or of its backend
  int fd_;
  std::int32_t result_ = 0;
  std::uint32_t length_;  // bytes
  std::uint32_t flags_;   // MSG_… of receive and send, POLL… of poll
  std::uint16_t buffer_ = 0;
  Kind kind_;
  State state_ = State::in_flight;
  bool has_buffer_ = false;
  bool more_waits_ = false;
  bool cancelled_ = false;
};

}  // namespace ringcat
