#include "endpoint/resolver.hpp"

#include <fmt/format.h>
#include <netdb.h>

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace ringcat {

struct Resolver::Request {
  Question question;
  Answer answer;
  std::mutex mutex;           // guards `waiting`: an answer is posted only to one who still waits
  Lookup* waiting = nullptr;  // null when nobody does
  Reactor* reactor = nullptr;
};

struct Resolver::Queue {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::shared_ptr<Request>> requests;
  unsigned threads = 0;
  unsigned idle = 0;
  bool stopping = false;
};

namespace {

// Far beyond what getaddrinfo's own time limits allow.
constexpr Duration longest_lookup = std::chrono::hours{1};

// The result and its owner.
struct FreeAddresses {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

// getaddrinfo's own error codes as the errno values that the rest of the program decides on.
int errno_of(int code) noexcept {
  switch (code) {
    case EAI_SYSTEM:
      return errno;
    case EAI_MEMORY:
      return ENOMEM;
    case EAI_AGAIN:
      return EAGAIN;
    default:
      return ENOENT;
  }
}

std::unexpected<Error> lookup_failed(const Resolver::Question& question, int code) {
  const int error = errno_of(code);
  const std::string why = code == EAI_SYSTEM ? errno_text(error) : ::gai_strerror(code);
  const bool service = code == EAI_SERVICE;
  return std::unexpected(Error{fmt::format("{} \"{}\": {}", service ? "service" : "host",
                                           service ? question.service : question.host, why),
                               error});
}

}  // namespace

Resolver::Resolver() : queue_(std::make_shared<Queue>()) {}

Resolver::~Resolver() {
  const std::scoped_lock lock(queue_->mutex);
  queue_->stopping = true;
  queue_->requests.clear();
  queue_->changed.notify_all();
}

Resolver::Lookup Resolver::lookup(Reactor& reactor, Question question,
                                  std::optional<Duration> limit) {
  return Lookup{*this, reactor, std::move(question), limit.value_or(longest_lookup)};
}

Resolver::Answer Resolver::ask(const Question& question) {
  addrinfo hints{};
  hints.ai_family = question.family;
  hints.ai_socktype = question.socket_type;
  hints.ai_flags = question.host.empty() ? AI_PASSIVE : 0;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(question.host.empty() ? nullptr : question.host.c_str(),
                                 question.service.c_str(), &hints, &found);
  if (code != 0) return lookup_failed(question, code);
  const Addresses owner{found};
  std::vector<SocketAddress> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next)
    addresses.emplace_back(each->ai_addr, each->ai_addrlen);
  return addresses;
}

void Resolver::serve(const std::shared_ptr<Queue>& queue) {
  std::unique_lock lock(queue->mutex);
  while (true) {
    ++queue->idle;
    queue->changed.wait(lock, [&] { return queue->stopping || !queue->requests.empty(); });
    --queue->idle;
    if (queue->stopping) return;
    const std::shared_ptr<Request> request = std::move(queue->requests.front());
    queue->requests.pop_front();
    lock.unlock();
    request->answer = ask(request->question);
    {
      const std::scoped_lock waiting(request->mutex);
      if (request->waiting != nullptr) {
        request->reactor->post([request] {
          if (request->waiting != nullptr) request->waiting->answered();
        });
      }
    }
    lock.lock();
  }
}

bool Resolver::submit(std::shared_ptr<Request> request) {
  const std::scoped_lock lock(queue_->mutex);
  if (queue_->idle <= queue_->requests.size() && queue_->threads < most_threads) start_thread();
  if (queue_->threads == 0) return false;
  queue_->requests.push_back(std::move(request));
  queue_->changed.notify_one();
  return true;
}

void Resolver::start_thread() {
  try {
    std::thread([queue = queue_] { serve(queue); }).detach();
    ++queue_->threads;
  } catch (const std::system_error&) {
    // Out of threads: those that run already serve this request too, only later.
  }
}

Resolver::Lookup::Lookup(Resolver& resolver, Reactor& reactor, Question question, Duration limit)
    : Timer(&Lookup::expire),
      resolver_(resolver),
      reactor_(reactor),
      request_(std::make_shared<Request>()),
      limit_(limit) {
  request_->question = std::move(question);
  request_->reactor = &reactor;
}

bool Resolver::Lookup::await_suspend(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
  request_->waiting = this;
  if (!resolver_.submit(request_)) {
    request_->answer = fail_errno("name lookup: no thread", EAGAIN);
    return false;
  }
  // With a limit or without: the end of the reactor fires every timer, and so ends the waiting.
  reactor_.arm(*this, limit_);
  return true;
}

void Resolver::Lookup::answered() {
  request_->waiting = nullptr;
  reactor_.disarm(*this);
  waiter_.resume();
}

void Resolver::Lookup::expire(Timer& timer) {
  auto& self = static_cast<Lookup&>(timer);
  {
    const std::scoped_lock lock(self.request_->mutex);
    self.request_->waiting = nullptr;
  }
  const auto abandoned = std::exchange(self.request_, nullptr);
  self.waiter_.resume();
}

Resolver::Answer Resolver::Lookup::await_resume() {
  if (request_ == nullptr) return fail_errno("name lookup", ETIMEDOUT);
  return std::move(request_->answer);
}

}  // namespace ringcat
