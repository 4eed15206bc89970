// Operation: one request to the kernel, awaited for its result.
//
// An operation starts when it is made (by a function of Reactor) and is awaited at most once, then
// or later; two operations of one coroutine may so be under way side by side. Results are as the
// kernel gives them: a count or descriptor, or a negative errno value.
//
// An operation stays where it is: the kernel knows its address. It must not be destroyed before it
// has completed: cancel it with Reactor::cancel() and await it. Thread: the reactor's.
#pragma once

#include <cassert>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "ring/buffer_pool.hpp"

namespace ringcat {

class Reactor;

class [[nodiscard]] Operation {
 public:
  enum class Kind : std::uint8_t {
    receive,  // from a socket into a pooled buffer
    read,     // from anything else into a pooled buffer
    send,     // to a socket
    write,    // to anything else
    connect,
    poll,
    accept,  // multishot: always an Acceptor
  };

  // What is asked of the kernel; backends read it.
  struct Request {
    void* memory = nullptr;    // bytes to send, or a socket address
    std::uint32_t length = 0;  // bytes at `memory`; the most to receive
    std::uint32_t flags = 0;   // MSG_… of send, POLL… of poll
    int fd = -1;
    Kind kind = Kind::poll;
    bool readiness_first = false;  // wait until the descriptor is ready before trying
  };

  // Starts at once.
  Operation(Reactor& reactor, const Request& request);
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  ~Operation() { assert(done_ && "destroyed while the kernel still uses it"); }

  [[nodiscard]] bool is_done() const noexcept { return done_; }
  [[nodiscard]] int result() const noexcept { return result_; }

  [[nodiscard]] bool await_ready() const noexcept { return done_; }
  void await_suspend(std::coroutine_handle<> waiter) noexcept { waiter_ = waiter; }
  [[nodiscard]] int await_resume() const noexcept { return result_; }

  // --- For backends and the completion queue ---

  [[nodiscard]] Request& request() noexcept { return request_; }
  [[nodiscard]] bool is_cancelled() const noexcept { return cancelled_; }
  void mark_cancelled() noexcept { cancelled_ = true; }

  // The pooled buffer that a receive was given; taken out by whoever awaits.
  void set_buffer(std::uint16_t id) noexcept { buffer_ = id; }
  [[nodiscard]] std::optional<std::uint16_t> take_buffer() noexcept {
    if (buffer_ == no_buffer) return std::nullopt;
    return std::exchange(buffer_, no_buffer);
  }

  // Records the result; true where a coroutine waits for it already.
  [[nodiscard]] bool finish(int result) noexcept {
    result_ = result;
    done_ = true;
    return static_cast<bool>(waiter_);
  }
  [[nodiscard]] std::coroutine_handle<> take_waiter() noexcept {
    return std::exchange(waiter_, {});
  }

  Operation* next = nullptr;  // in the one list the operation is in at a time

 protected:
  explicit Operation(const Request& request) noexcept : request_(request) {}

  static constexpr std::uint16_t no_buffer = 0xffff;

  Request request_;
  std::coroutine_handle<> waiter_;
  std::int32_t result_ = 0;
  std::uint16_t buffer_ = no_buffer;
  bool done_ = false;
  bool cancelled_ = false;
};

// A FIFO of operations linked through Operation::next, as a ring: the list itself is one pointer,
// because the epoll backend keeps two for each descriptor.
class OperationList {
 public:
  [[nodiscard]] bool empty() const noexcept { return last_ == nullptr; }

  void push(Operation& operation) noexcept {
    if (last_ == nullptr) {
      operation.next = &operation;
    } else {
      operation.next = std::exchange(last_->next, &operation);
    }
    last_ = &operation;
  }

  [[nodiscard]] Operation* pop() noexcept {
    if (last_ == nullptr) return nullptr;
    Operation* const first = last_->next;
    if (first == last_) {
      last_ = nullptr;
    } else {
      last_->next = first->next;
    }
    return first;
  }

  // Takes `operation` out; false where it is not in the list.
  bool remove(Operation& operation) noexcept;

 private:
  Operation* last_ = nullptr;  // its `next` is the first
};

// What a receive brought: the bytes, in a pooled buffer that goes back when this object goes.
class [[nodiscard]] Received {
 public:
  Received() = default;
  Received(int result, BufferPool& pool, std::optional<std::uint16_t> buffer) noexcept
      : pool_(&pool), result_(result), buffer_(buffer.value_or(no_buffer)) {}
  Received(Received&& other) noexcept
      : pool_(other.pool_),
        result_(std::exchange(other.result_, 0)),
        buffer_(std::exchange(other.buffer_, no_buffer)) {}
  Received& operator=(Received&& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(result_, other.result_);
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~Received() {
    if (buffer_ != no_buffer) pool_->give_back(buffer_);
  }

  // Bytes, 0 at end of file, or -errno.
  [[nodiscard]] int result() const noexcept { return result_; }

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept {
    if (result_ <= 0) return {};
    return pool_->buffer(buffer_).first(static_cast<std::size_t>(result_));
  }

 private:
  static constexpr std::uint16_t no_buffer = 0xffff;

  BufferPool* pool_ = nullptr;
  std::int32_t result_ = 0;
  std::uint16_t buffer_ = no_buffer;
};

// A receive or read into a pooled buffer.
class [[nodiscard]] ReceiveOperation : public Operation {
 public:
  ReceiveOperation(Reactor& reactor, const Request& request, BufferPool& pool)
      : Operation(reactor, request), pool_(pool) {}
  ~ReceiveOperation() { [[maybe_unused]] const Received unclaimed = await_resume(); }

  [[nodiscard]] Received await_resume() noexcept { return {result_, pool_, take_buffer()}; }

 private:
  BufferPool& pool_;
};

}  // namespace ringcat
