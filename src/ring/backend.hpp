// Backend: how a reactor talks to the kernel. Two implementations (io_uring, epoll) stand behind
// it, and the one of the tests that misbehaves on purpose.
//
// Thread: the reactor's. Refuses: resuming coroutines (it only reports to Completions).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "ring/acceptor.hpp"
#include "ring/completions.hpp"
#include "ring/features.hpp"

namespace ringcat {

class Backend {
 public:
  explicit Backend(Completions& completions) noexcept : completions_(completions) {}
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  // Starts an operation; its completion is reported now or by a later wait().
  virtual void start(Operation& operation) = 0;
  virtual void start(Acceptor& acceptor) = 0;

  // The operation completes soon, with -ECANCELED unless it was faster.
  virtual void cancel(Operation& operation) = 0;

  // The same for all that is in flight.
  virtual void cancel_all() = 0;

  // Hands over what was started and reaps. Waits for a completion `limit` long at most; zero only
  // looks, Duration::max() waits for ever.
  virtual void wait(Duration limit) = 0;

  // Calls that answer at once: a count, or -errno; -EAGAIN where they would wait.
  virtual std::int64_t splice(int from, int to, std::size_t bytes, unsigned flags);
  virtual std::int64_t tee(int from, int to, std::size_t bytes);
  virtual std::int64_t receive(int socket, std::span<std::byte> into);
  virtual std::int64_t send(int socket, std::span<const std::byte> bytes, int flags);

 protected:
  // Begins to connect, and when called again tells how it went: 0, -errno, or -EAGAIN while it is
  // under way. To an address of this host it is over at once.
  [[nodiscard]] static int connect(Operation::Request& request);

  Completions& completions_;
};

[[nodiscard]] Result<std::unique_ptr<Backend>> make_uring_backend(const Features& features,
                                                                  Completions& completions,
                                                                  BufferPool& buffers);
[[nodiscard]] Result<std::unique_ptr<Backend>> make_epoll_backend(Completions& completions,
                                                                  BufferPool& buffers);

}  // namespace ringcat
