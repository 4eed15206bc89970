#include "ring/acceptor.hpp"

#include <unistd.h>

#include <cerrno>

#include "ring/reactor.hpp"

namespace ringcat {

Acceptor::Acceptor(Reactor& reactor, int listener) noexcept
    : Operation(Request{.fd = listener, .kind = Kind::accept}), reactor_(reactor) {
  done_ = true;  // until armed
}

Acceptor::~Acceptor() {
  assert(!armed_ && "destroyed while the kernel still accepts");
  for (const int fd : arrived_) {
    if (fd >= 0) ::close(fd);
  }
}

Acceptor& Acceptor::next() {
  if (!armed_ && !stopped_ && arrived_.empty()) {
    armed_ = true;
    done_ = false;
    reactor_.start(*this);
  }
  return *this;
}

int Acceptor::await_resume() noexcept {
  queued_ = false;
  if (arrived_.empty()) return -ECANCELED;
  const int oldest = arrived_.front();
  arrived_.erase(arrived_.begin());
  return oldest;
}

void Acceptor::stop() {
  stopped_ = true;
  if (armed_) reactor_.cancel(*this);
}

void Acceptor::deliver(Completions& completions, int result, bool more) {
  ++completions.count;
  const bool retry = result == -EAGAIN || result == -EINTR || result == -ECONNABORTED;
  if (!more) {
    armed_ = false;
    done_ = true;
  }
  if (retry && !more && !stopped_) {
    request_.readiness_first = true;
    [[maybe_unused]] Acceptor& armed_again = next();
    return;
  }
  if (!retry && result != -ECANCELED) arrived_.push_back(result);
  if (waiter_ && !queued_ && await_ready()) {
    queued_ = true;
    completions.ready.push(*this);
  }
}

}  // namespace ringcat
