// The io_uring backend: one ring, one provided-buffer ring, one kernel entry for each turn of the
// loop.
//
// Thread: the reactor's (the ring is made for a single issuer).

#include <liburing.h>
#include <poll.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstdint>

#include "ring/backend.hpp"

namespace ringcat {
namespace {

constexpr unsigned submission_entries = 1024;
constexpr unsigned completion_entries = 4096;
constexpr unsigned published_buffers = 32;  // a power of two; few, so that they stay in the cache
constexpr std::uint16_t buffer_group = 0;
constexpr std::uint64_t no_operation = 0;   // user data of a cancellation
constexpr std::uint64_t readiness_bit = 1;  // user data: the poll before an operation

std::uint64_t user_data_of(const Operation& operation) {
  return reinterpret_cast<std::uintptr_t>(&operation);
}

// Whether a poll of its own stands before the operation: a receive has a flag for that, a poll is
// one.
bool polls_before(const Operation::Request& request) {
  using enum Operation::Kind;
  return request.readiness_first && request.kind != receive && request.kind != poll;
}

// The provided-buffer ring: free buffers as the kernel sees them.
class PublishedBuffers {
 public:
  explicit PublishedBuffers(BufferPool& pool) noexcept : pool_(pool) {}
  PublishedBuffers(const PublishedBuffers&) = delete;
  PublishedBuffers& operator=(const PublishedBuffers&) = delete;
  ~PublishedBuffers() {
    if (shared_ != nullptr) ::munmap(shared_, bytes);
  }

  [[nodiscard]] Result<void> register_with(io_uring& ring) {
    void* const memory =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return fail_errno("map the buffer ring", errno);
    shared_ = static_cast<io_uring_buf_ring*>(memory);
    io_uring_buf_reg registration{};
    registration.ring_addr = reinterpret_cast<std::uintptr_t>(memory);
    registration.ring_entries = published_buffers;
    registration.bgid = buffer_group;
    const int result = io_uring_register_buf_ring(&ring, &registration, 0);
    if (result < 0) return fail_errno("register the buffer ring", -result);
    return {};
  }

  // Publishes free buffers until the kernel has its full number.
  void top_up() {
    if (count_ == published_buffers) return;
    int added = 0;
    while (count_ < published_buffers) {
      if (pool_.empty() && (count_ > 0 || !pool_.grow())) break;
      const std::uint16_t id = pool_.take();
      const auto memory = pool_.buffer(id);
      io_uring_buf_ring_add(shared_, memory.data(), static_cast<unsigned>(memory.size()), id,
                            io_uring_buf_ring_mask(published_buffers), added);
      ++added;
      ++count_;
    }
    if (added > 0) io_uring_buf_ring_advance(shared_, added);
  }

  void taken_by_kernel() noexcept { --count_; }

 private:
  static constexpr std::size_t bytes = published_buffers * sizeof(io_uring_buf);

  BufferPool& pool_;
  io_uring_buf_ring* shared_ = nullptr;
  unsigned count_ = 0;
};

class UringBackend final : public Backend {
 public:
  UringBackend(Completions& completions, BufferPool& buffers) noexcept
      : Backend(completions), published_(buffers) {}

  ~UringBackend() override {
    if (initialised_) io_uring_queue_exit(&ring_);
  }

  [[nodiscard]] Result<void> initialise(const Features& features);

  void start(Operation& operation) override;
  void start(Acceptor& acceptor) override;
  void cancel(Operation& operation) override;
  void cancel_all() override;
  void wait(Duration limit) override;

 private:
  [[nodiscard]] io_uring_sqe& next_submission();
  void poll_before(Operation& operation);
  void enter(Duration limit);
  void reap(const io_uring_cqe& completion);

  io_uring ring_{};
  bool initialised_ = false;
  PublishedBuffers published_;
};

Result<void> UringBackend::initialise(const Features& features) {
  io_uring_params parameters{};
  parameters.flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
  parameters.cq_entries = completion_entries;
  if (features.defer_taskrun) {
    parameters.flags |= IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
  } else {
    parameters.flags |= IORING_SETUP_COOP_TASKRUN;
  }
  const int result = io_uring_queue_init_params(submission_entries, &ring_, &parameters);
  if (result < 0) return fail_errno("io_uring_setup", -result);
  initialised_ = true;
  io_uring_register_ring_fd(
      &ring_);  // saves a descriptor look-up an entry; where refused, nothing is lost
  return published_.register_with(ring_);
}

io_uring_sqe& UringBackend::next_submission() {
  io_uring_sqe* submission = io_uring_get_sqe(&ring_);
  while (submission == nullptr) {
    io_uring_submit(&ring_);
    submission = io_uring_get_sqe(&ring_);
  }
  return *submission;
}

void UringBackend::poll_before(Operation& operation) {
  using enum Operation::Kind;
  const Operation::Kind kind = operation.request().kind;
  const bool incoming = kind == receive || kind == read || kind == accept;
  io_uring_sqe& submission = next_submission();
  io_uring_prep_poll_add(&submission, operation.request().fd, incoming ? POLLIN : POLLOUT);
  submission.user_data = user_data_of(operation) | readiness_bit;
}

void UringBackend::start(Operation& operation) {
  using enum Operation::Kind;
  Operation::Request& request = operation.request();
  if (request.kind == connect && !request.readiness_first) {
    const int result = Backend::connect(request);
    if (result != -EAGAIN) return completions_.complete(operation, result);
    request.readiness_first = true;
  }
  if (polls_before(request)) return poll_before(operation);
  io_uring_sqe& submission = next_submission();
  switch (request.kind) {
    case receive:
      io_uring_prep_recv(&submission, request.fd, nullptr, request.length, 0);
      submission.flags |= IOSQE_BUFFER_SELECT;
      submission.buf_group = buffer_group;
      if (request.readiness_first) submission.ioprio |= IORING_RECVSEND_POLL_FIRST;
      break;
    case read:
      io_uring_prep_read(&submission, request.fd, nullptr, request.length,
                         static_cast<std::uint64_t>(-1));
      submission.flags |= IOSQE_BUFFER_SELECT;
      submission.buf_group = buffer_group;
      break;
    case send:
      io_uring_prep_send(&submission, request.fd, request.memory, request.length,
                         static_cast<int>(request.flags) | MSG_NOSIGNAL);
      break;
    case write:
      io_uring_prep_write(&submission, request.fd, request.memory, request.length,
                          static_cast<std::uint64_t>(-1));
      break;
    case poll:
      io_uring_prep_poll_add(&submission, request.fd, request.flags);
      break;
    case accept:
      io_uring_prep_multishot_accept(&submission, request.fd, nullptr, nullptr,
                                     SOCK_NONBLOCK | SOCK_CLOEXEC);
      break;
    case connect:  // by a direct call, above
      break;
  }
  submission.user_data = user_data_of(operation);
}

void UringBackend::start(Acceptor& acceptor) {
  start(acceptor.operation());
}

void UringBackend::cancel(Operation& operation) {
  const Operation::Request& request = operation.request();
  io_uring_sqe& submission = next_submission();
  const std::uint64_t polling = polls_before(request) ? readiness_bit : 0;
  io_uring_prep_cancel64(&submission, user_data_of(operation) | polling, 0);
  submission.user_data = no_operation;
}

void UringBackend::cancel_all() {
  io_uring_sqe& submission = next_submission();
  io_uring_prep_cancel64(&submission, no_operation,
                         IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL);
  submission.user_data = no_operation;
}

void UringBackend::wait(Duration limit) {
  published_.top_up();
  enter(limit);
  unsigned head = 0;
  unsigned count = 0;
  io_uring_cqe* completion = nullptr;
  io_uring_for_each_cqe(&ring_, head, completion) {
    reap(*completion);
    ++count;
  }
  io_uring_cq_advance(&ring_, count);
}

// One kernel entry: submits, lets deferred work run, and waits if asked to.
void UringBackend::enter(Duration limit) {
  if (limit == Duration::zero()) {
    io_uring_submit_and_get_events(&ring_);
    return;
  }
  io_uring_cqe* completion = nullptr;
  if (limit == Duration::max()) {
    io_uring_submit_and_wait_timeout(&ring_, &completion, 1, nullptr, nullptr);
    return;
  }
  __kernel_timespec timeout{};
  timeout.tv_sec = limit / std::chrono::seconds{1};
  timeout.tv_nsec = (limit % std::chrono::seconds{1}).count();
  io_uring_submit_and_wait_timeout(&ring_, &completion, 1, &timeout, nullptr);
}

void UringBackend::reap(const io_uring_cqe& completion) {
  if (completion.user_data == no_operation) return;
  Operation& operation = *reinterpret_cast<Operation*>(completion.user_data & ~readiness_bit);
  if ((completion.flags & IORING_CQE_F_BUFFER) != 0) {
    published_.taken_by_kernel();
    operation.set_buffer(static_cast<std::uint16_t>(completion.flags >> IORING_CQE_BUFFER_SHIFT));
  }
  const bool polled = (completion.user_data & readiness_bit) != 0;
  if (polled && completion.res != -ECANCELED && !operation.is_cancelled()) {
    operation.request().readiness_first = false;
    return start(operation);
  }
  if (operation.request().kind == Operation::Kind::accept) {
    const bool more = (completion.flags & IORING_CQE_F_MORE) != 0;
    return Acceptor::of(operation).deliver(completions_, polled ? -ECANCELED : completion.res,
                                           more);
  }
  completions_.complete(operation, polled ? -ECANCELED : completion.res);
}

}  // namespace

Result<std::unique_ptr<Backend>> make_uring_backend(const Features& features,
                                                    Completions& completions, BufferPool& buffers) {
  auto backend = std::make_unique<UringBackend>(completions, buffers);
  const Result<void> ready = backend->initialise(features);
  if (!ready) return std::unexpected(ready.error());
  return backend;
}

}  // namespace ringcat
