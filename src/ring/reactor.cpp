#include "ring/reactor.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace ringcat {
namespace {

constexpr Duration memory_retry = std::chrono::milliseconds{10};

Result<std::unique_ptr<Backend>> make_backend(const Features& features, Completions& completions,
                                              BufferPool& buffers) {
  if (features.backend == BackendKind::epoll) return make_epoll_backend(completions, buffers);
  return make_uring_backend(features, completions, buffers);
}

bool needs_buffer(const Operation::Request& request) {
  return request.kind == Operation::Kind::receive || request.kind == Operation::Kind::read;
}

Operation::Request request(Operation::Kind kind, int fd, const void* memory, std::size_t length,
                           unsigned flags) {
  return {.memory = const_cast<void*>(memory),
          .length = static_cast<std::uint32_t>(std::min<std::size_t>(length, 1U << 30U)),
          .flags = flags,
          .fd = fd,
          .kind = kind};
}

}  // namespace

Result<std::unique_ptr<Reactor>> Reactor::create(const Features& features,
                                                 ReactorSettings settings) {
  UniqueFd wake{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  if (!wake) return fail_errno("eventfd", errno);
  std::unique_ptr<Reactor> reactor{new Reactor(features.backend, settings.busy_poll)};
  reactor->wake_ = std::move(wake);
  Result<std::unique_ptr<Backend>> backend =
      make_backend(features, reactor->completions_, reactor->buffers_);
  if (!backend) return std::unexpected(backend.error());
  reactor->backend_ = settings.wrap_backend
                          ? settings.wrap_backend(std::move(*backend), reactor->completions_)
                          : std::move(*backend);
  reactor->wait_for_posts();
  return reactor;
}

Reactor::Reactor(BackendKind kind, Duration busy_poll) noexcept
    : kind_(kind), busy_poll_(busy_poll), now_(ringcat::now()) {}

Reactor::~Reactor() {
  if (!waiting_for_posts_) return;
  cancel(*waiting_for_posts_);
  while (!waiting_for_posts_->is_done()) backend_->wait(Duration::max());
}

void Reactor::run() {
  for (;;) {
    run_ready();
    if (std::exchange(stopping_, false)) return;
    turn(completions_.ready.empty() ? sleep_limit() : Duration::zero());
  }
}

// Resumes who was waiting when this was called; what they complete runs in the next turn.
void Reactor::run_ready() {
  OperationList resumed = std::exchange(completions_.ready, {});
  while (Operation* const operation = resumed.pop()) operation->take_waiter().resume();
}

// One turn: submit, wait, reap, start again what was not ready, fire timers, run what was posted.
void Reactor::turn(Duration limit) {
  const std::uint64_t before = completions_.count;
  backend_->wait(limit);
  now_ = ringcat::now();
  if (completions_.count != before) last_traffic_ = now_;
  start_again();
  timers_.fire(now_);
  if (waiting_for_posts_->is_done()) run_posted();
}

Duration Reactor::sleep_limit() const {
  if (!completions_.not_ready.empty()) return Duration::zero();
  if (busy_poll_ > Duration::zero() && now_ - last_traffic_ < busy_poll_) return Duration::zero();
  Duration limit = Duration::max();
  if (!timers_.empty()) limit = std::max(timers_.next() - ringcat::now(), Duration{1});
  if (!completions_.starved.empty()) limit = std::min(limit, memory_retry);
  return limit;
}

void Reactor::start_again() {
  OperationList not_ready = std::exchange(completions_.not_ready, {});
  while (Operation* const operation = not_ready.pop()) {
    operation->request().readiness_first = true;
    start(*operation);
  }
  if (completions_.starved.empty()) return;
  OperationList starved = std::exchange(completions_.starved, {});
  while (Operation* const operation = starved.pop()) {
    if (needs_buffer(operation->request()) && buffers_.empty() && !buffers_.grow()) {
      completions_.starved.push(*operation);
    } else {
      start(*operation);
    }
  }
}

void Reactor::cancel(Operation& operation) {
  if (operation.is_done() || operation.is_cancelled()) return;
  operation.mark_cancelled();
  if (completions_.starved.remove(operation) || completions_.not_ready.remove(operation)) {
    completions_.complete(operation, -ECANCELED);
  } else {
    backend_->cancel(operation);
  }
}

void Reactor::post(std::move_only_function<void()> work) {
  bool first = false;
  {
    const std::lock_guard lock{posted_mutex_};
    first = posted_.empty();
    posted_.push_back(std::move(work));
  }
  if (first) ::eventfd_write(wake_.get(), 1);
}

// What is posted is run also after shut_down(): that is how a thread is told to stop.
void Reactor::wait_for_posts() {
  const bool shut_down = std::exchange(shut_down_, false);
  waiting_for_posts_.emplace(*this,
                             request(Operation::Kind::poll, wake_.get(), nullptr, 0, POLLIN));
  shut_down_ = shut_down;
}

void Reactor::run_posted() {
  eventfd_t count = 0;
  ::eventfd_read(wake_.get(), &count);
  wait_for_posts();
  std::vector<std::move_only_function<void()>> work;
  {
    const std::lock_guard lock{posted_mutex_};
    work.swap(posted_);
  }
  for (std::move_only_function<void()>& piece : work) piece();
}

void Reactor::start(Acceptor& acceptor) {
  if (shut_down_) return acceptor.deliver(completions_, -ECANCELED, false);
  backend_->start(acceptor);
}

void Reactor::start(Operation& operation) {
  if (shut_down_) return completions_.complete(operation, -ECANCELED);
  backend_->start(operation);
}

void Reactor::shut_down() {
  shut_down_ = true;
  for (OperationList* const waiting : {&completions_.starved, &completions_.not_ready}) {
    while (Operation* const operation = waiting->pop()) {
      completions_.complete(*operation, -ECANCELED);
    }
  }
  backend_->cancel_all();
  moderator_.close();
  timers_.fire_all();
}

ReceiveOperation Reactor::receive(int socket, std::size_t most, bool expect_data) {
  Operation::Request wanted = request(Operation::Kind::receive, socket, nullptr, most, 0);
  wanted.readiness_first = !expect_data;
  return ReceiveOperation{*this, wanted, buffers_};
}

ReceiveOperation Reactor::read(int fd, std::size_t most) {
  return ReceiveOperation{*this, request(Operation::Kind::read, fd, nullptr, most, 0), buffers_};
}

Operation Reactor::send(int socket, std::span<const std::byte> bytes, int flags) {
  return Operation{*this, request(Operation::Kind::send, socket, bytes.data(), bytes.size(),
                                  static_cast<unsigned>(flags))};
}

Operation Reactor::write(int fd, std::span<const std::byte> bytes) {
  return Operation{*this, request(Operation::Kind::write, fd, bytes.data(), bytes.size(), 0)};
}

Operation Reactor::connect(int socket, const sockaddr* address, socklen_t length) {
  return Operation{*this, request(Operation::Kind::connect, socket, address, length, 0)};
}

Operation Reactor::poll(int fd, short events) {
  return Operation{
      *this, request(Operation::Kind::poll, fd, nullptr, 0, static_cast<unsigned short>(events))};
}

}  // namespace ringcat
