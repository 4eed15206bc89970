// The epoll backend: the same operations where io_uring is refused. Each is tried at once with a
// call that cannot block, and again when epoll says that its descriptor is ready.
//
// Descriptors are registered one-shot and armed anew for each wait, so that one that was closed and
// given out again is never confused with the old one. What epoll does not take (regular files, some
// devices) is always ready and is read and written in place. Thread: the reactor's.

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "base/unique_fd.hpp"
#include "ring/backend.hpp"

namespace ringcat {
namespace {

constexpr std::size_t events_at_once = 256;
constexpr int accepts_at_once = 64;
// Operations tried at once between two looks at epoll: a descriptor that is always ready must not
// keep the loop from its timers and its other sessions.
constexpr unsigned attempts_a_turn = 256;

// Who waits for one descriptor.
struct Waiters {
  OperationList incoming;
  OperationList outgoing;

  [[nodiscard]] std::uint32_t events() const noexcept {
    return (incoming.empty() ? 0U : std::uint32_t{EPOLLIN | EPOLLRDHUP}) |
           (outgoing.empty() ? 0U : std::uint32_t{EPOLLOUT});
  }
};

bool waits_for_input(const Operation::Request& request) {
  using enum Operation::Kind;
  if (request.kind == poll) return (request.flags & POLLOUT) == 0;
  return request.kind == receive || request.kind == read;
}

int or_errno(ssize_t result) {
  return result >= 0 ? static_cast<int>(result) : -errno;
}

// Reads without blocking where the file can; `ready` says that a plain read will not block for
// long.
int read_some(int fd, std::span<std::byte> into, bool ready) {
  const iovec vector{into.data(), into.size()};
  const int result = or_errno(::preadv2(fd, &vector, 1, -1, RWF_NOWAIT));
  if (result != -EOPNOTSUPP && !(ready && result == -EAGAIN)) return result;
  return ready ? or_errno(::read(fd, into.data(), into.size())) : -EAGAIN;
}

int write_some(int fd, std::span<const std::byte> bytes, bool ready) {
  const iovec vector{const_cast<std::byte*>(bytes.data()), bytes.size()};
  const int result = or_errno(::pwritev2(fd, &vector, 1, -1, RWF_NOWAIT));
  if (result != -EOPNOTSUPP) return result;
  return ready ? or_errno(::write(fd, bytes.data(), bytes.size())) : -EAGAIN;
}

// Rounded up, so that a timer is due when the wait ends.
int timeout_milliseconds(Duration limit) {
  if (limit == Duration::max()) return -1;
  constexpr std::chrono::milliseconds longest = std::chrono::hours{24};
  return static_cast<int>(
      std::min(std::chrono::ceil<std::chrono::milliseconds>(limit), longest).count());
}

class EpollBackend final : public Backend {
 public:
  EpollBackend(Completions& completions, BufferPool& buffers, UniqueFd epoll) noexcept
      : Backend(completions), buffers_(buffers), epoll_(std::move(epoll)) {}

  void start(Operation& operation) override;
  void start(Acceptor& acceptor) override;
  void cancel(Operation& operation) override;
  void cancel_all() override;
  void wait(Duration limit) override;

 private:
  [[nodiscard]] Waiters& waiters(int fd);
  [[nodiscard]] Acceptor* acceptor_on(int fd) const;
  [[nodiscard]] int attempt(Operation& operation, bool ready);
  [[nodiscard]] int attempt_into_buffer(Operation& operation, bool ready);
  void wait_for_readiness(Operation& operation);
  [[nodiscard]] int arm(int fd, std::uint32_t events);
  void run_waiting(OperationList& list, std::uint32_t events);
  void on_ready(int fd, std::uint32_t events);
  void accept_some(Acceptor& acceptor);
  void stop_accepting(Acceptor& acceptor, int result);

  BufferPool& buffers_;
  UniqueFd epoll_;
  std::vector<Waiters> waiters_;      // by descriptor
  std::vector<Acceptor*> acceptors_;  // few
  unsigned attempts_left_ = attempts_a_turn;
};

Waiters& EpollBackend::waiters(int fd) {
  const auto index = static_cast<std::size_t>(fd);
  if (index >= waiters_.size()) waiters_.resize(index + 1);
  return waiters_[index];
}

Acceptor* EpollBackend::acceptor_on(int fd) const {
  for (Acceptor* const acceptor : acceptors_) {
    if (acceptor->operation().request().fd == fd) return acceptor;
  }
  return nullptr;
}

void EpollBackend::start(Operation& operation) {
  if (attempts_left_ == 0) return completions_.not_ready.push(operation);
  --attempts_left_;
  if (!operation.request().readiness_first && operation.request().kind != Operation::Kind::poll) {
    const int result = attempt(operation, false);
    if (result != -EAGAIN) return completions_.complete(operation, result);
  }
  wait_for_readiness(operation);
}

int EpollBackend::attempt(Operation& operation, bool ready) {
  using enum Operation::Kind;
  Operation::Request& request = operation.request();
  const std::span bytes{static_cast<const std::byte*>(request.memory), request.length};
  switch (request.kind) {
    case receive:
    case read:
      return attempt_into_buffer(operation, ready);
    case send:
      return static_cast<int>(Backend::send(request.fd, bytes, static_cast<int>(request.flags)));
    case write:
      return write_some(request.fd, bytes, ready);
    case connect:
      return Backend::connect(request);
    case poll:
    case accept:
      break;
  }
  return -EINVAL;
}

int EpollBackend::attempt_into_buffer(Operation& operation, bool ready) {
  if (buffers_.empty() && !buffers_.grow()) return -ENOBUFS;
  const Operation::Request& request = operation.request();
  const std::uint16_t id = buffers_.take();
  const std::span<std::byte> into = buffers_.buffer(id).first(request.length);
  const int result = request.kind == Operation::Kind::receive
                         ? static_cast<int>(Backend::receive(request.fd, into))
                         : read_some(request.fd, into, ready);
  if (result > 0) {
    operation.set_buffer(id);
  } else {
    buffers_.give_back(id);
  }
  return result;
}

void EpollBackend::wait_for_readiness(Operation& operation) {
  const int fd = operation.request().fd;
  Waiters& waiting = waiters(fd);
  OperationList& list = waits_for_input(operation.request()) ? waiting.incoming : waiting.outgoing;
  list.push(operation);
  const int refused = arm(fd, waiting.events());
  if (refused == 0) return;
  list.remove(operation);
  const bool always_ready = refused == -EPERM;
  if (!always_ready) return completions_.complete(operation, refused);
  const bool polls = operation.request().kind == Operation::Kind::poll;
  completions_.complete(
      operation, polls ? static_cast<int>(operation.request().flags) : attempt(operation, true));
}

int EpollBackend::arm(int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events | EPOLLONESHOT;
  event.data.fd = fd;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0) return 0;
  if (errno != ENOENT) return -errno;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
}

// An acceptor stays registered, exclusively: of several threads that wait, the kernel wakes one.
void EpollBackend::start(Acceptor& acceptor) {
  const int fd = acceptor.operation().request().fd;
  acceptors_.push_back(&acceptor);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLEXCLUSIVE;
  event.data.fd = fd;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) stop_accepting(acceptor, -errno);
}

void EpollBackend::stop_accepting(Acceptor& acceptor, int result) {
  const int fd = acceptor.operation().request().fd;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  std::erase(acceptors_, &acceptor);
  acceptor.deliver(completions_, result, false);
}

void EpollBackend::accept_some(Acceptor& acceptor) {
  const int fd = acceptor.operation().request().fd;
  for (int i = 0; i < accepts_at_once; ++i) {
    const int accepted = ::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0) {
      acceptor.deliver(completions_, accepted, true);
      continue;
    }
    if (errno == EAGAIN) return;
    if (errno == EINTR || errno == ECONNABORTED) continue;
    return stop_accepting(acceptor, -errno);
  }
}

void EpollBackend::cancel(Operation& operation) {
  if (operation.request().kind == Operation::Kind::accept) {
    return stop_accepting(Acceptor::of(operation), -ECANCELED);
  }
  Waiters& waiting = waiters(operation.request().fd);
  if (waiting.incoming.remove(operation) || waiting.outgoing.remove(operation)) {
    completions_.complete(operation, -ECANCELED);
  }
}

void EpollBackend::cancel_all() {
  for (Waiters& waiting : waiters_) {
    while (Operation* const operation = waiting.incoming.pop()) {
      completions_.complete(*operation, -ECANCELED);
    }
    while (Operation* const operation = waiting.outgoing.pop()) {
      completions_.complete(*operation, -ECANCELED);
    }
  }
  while (!acceptors_.empty()) stop_accepting(*acceptors_.back(), -ECANCELED);
}

void EpollBackend::wait(Duration limit) {
  attempts_left_ = attempts_a_turn;
  std::array<epoll_event, events_at_once> events;
  const int count =
      ::epoll_wait(epoll_.get(), events.data(), events.size(), timeout_milliseconds(limit));
  for (int i = 0; i < count; ++i) {
    on_ready(events[static_cast<std::size_t>(i)].data.fd,
             events[static_cast<std::size_t>(i)].events);
  }
}

void EpollBackend::on_ready(int fd, std::uint32_t events) {
  if (Acceptor* const acceptor = acceptor_on(fd); acceptor != nullptr) {
    return accept_some(*acceptor);
  }
  constexpr std::uint32_t failed = EPOLLERR | EPOLLHUP;
  if ((events & (EPOLLIN | EPOLLRDHUP | failed)) != 0) run_waiting(waiters(fd).incoming, events);
  if ((events & (EPOLLOUT | failed)) != 0) run_waiting(waiters(fd).outgoing, events);
  const Waiters& left = waiters(fd);
  if (left.events() == 0) return;
  [[maybe_unused]] const int armed =
      arm(fd, left.events());  // it was registered: cannot be refused
}

void EpollBackend::run_waiting(OperationList& list, std::uint32_t events) {
  OperationList taken = std::exchange(list, {});
  while (Operation* const operation = taken.pop()) {
    const bool polls = operation->request().kind == Operation::Kind::poll;
    const int result = polls ? static_cast<int>(events) : attempt(*operation, true);
    if (result == -EAGAIN) {
      list.push(*operation);
    } else {
      completions_.complete(*operation, result);
    }
  }
}

}  // namespace

Result<std::unique_ptr<Backend>> make_epoll_backend(Completions& completions, BufferPool& buffers) {
  UniqueFd epoll{::epoll_create1(EPOLL_CLOEXEC)};
  if (!epoll) return fail_errno("epoll_create1", errno);
  return std::make_unique<EpollBackend>(completions, buffers, std::move(epoll));
}

}  // namespace ringcat
