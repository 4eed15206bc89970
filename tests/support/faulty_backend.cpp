#include "faulty_backend.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace ringcat {
namespace {

bool moves_bytes(const Operation::Request& request) {
  using enum Operation::Kind;
  return request.kind == receive || request.kind == read || request.kind == send ||
         request.kind == write;
}

}  // namespace

FaultyBackend::FaultyBackend(std::unique_ptr<Backend> real, Completions& completions,
                             const FaultPlan& plan, FaultCounts& counts)
    : Backend(completions),
      real_(std::move(real)),
      plan_(plan),
      counts_(counts),
      random_(plan.seed) {}

bool FaultyBackend::happens(Fault fault) {
  const unsigned rarity = plan_.rarity(fault);
  if (rarity == 0 || random_() % rarity != 0) return false;
  ++counts_[static_cast<std::size_t>(fault)];
  return true;
}

std::uint64_t FaultyBackend::random_up_to(std::uint64_t most) {
  return 1 + random_() % most;
}

std::size_t FaultyBackend::shortened(std::size_t bytes) {
  if (bytes == 0 || !happens(Fault::shortened)) return bytes;
  return random_up_to(std::min(bytes, plan_.most_shortened));
}

int FaultyBackend::injected_error(const Operation::Request& request) {
  const bool moves = moves_bytes(request);
  if (moves && happens(Fault::not_ready)) return -EAGAIN;
  if ((moves || request.kind == Operation::Kind::poll) && happens(Fault::out_of_memory)) {
    return moves && random_() % 2 == 0 ? -ENOBUFS : -ENOMEM;
  }
  return 0;
}

void FaultyBackend::start(Operation& operation) {
  Operation::Request& request = operation.request();
  const int error = injected_error(request);
  if (error != 0) return completions_.complete(operation, error);
  if (moves_bytes(request)) request.length = static_cast<std::uint32_t>(shortened(request.length));
  if (happens(Fault::started_late)) return postpone(late_starts_, operation);
  real_->start(operation);
}

void FaultyBackend::start(Acceptor& acceptor) {
  if (happens(Fault::accept_refused)) return acceptor.deliver(completions_, -EMFILE, false);
  real_->start(acceptor);
}

void FaultyBackend::cancel(Operation& operation) {
  const auto held = std::ranges::find(late_starts_, &operation, &Late::operation);
  if (held != late_starts_.end()) {
    late_starts_.erase(held);
    return completions_.complete(operation, -ECANCELED);
  }
  if (happens(Fault::cancelled_late)) return postpone(late_cancellations_, operation);
  real_->cancel(operation);
  forget_completed_cancellations();
}

void FaultyBackend::cancel_all() {
  late_cancellations_.clear();
  for (const Late& late : std::exchange(late_starts_, {})) {
    completions_.complete(*late.operation, -ECANCELED);
  }
  real_->cancel_all();
}

void FaultyBackend::wait(Duration limit) {
  ++turn_;
  const std::uint64_t before = completions_.count;
  for (const Late& late : take_due(late_starts_)) real_->start(*late.operation);
  for (const Late& late : take_due(late_cancellations_)) real_->cancel(*late.operation);
  real_->wait(holds_something() || completions_.count != before ? Duration::zero() : limit);
  forget_completed_cancellations();
  hold_completions_back();
}

bool FaultyBackend::holds_something() const {
  return !late_starts_.empty() || !late_completions_.empty() || !late_cancellations_.empty() ||
         !completions_.not_ready.empty();
}

// Whoever awaits a completed operation has not been resumed yet, so it still exists.
void FaultyBackend::forget_completed_cancellations() {
  std::erase_if(late_cancellations_, [](const Late& late) { return late.operation->is_done(); });
}

void FaultyBackend::hold_completions_back() {
  OperationList reaped = std::exchange(completions_.ready, {});
  while (Operation* const operation = reaped.pop()) {
    if (happens(Fault::completed_late)) {
      postpone(late_completions_, *operation);
    } else {
      completions_.ready.push(*operation);
    }
  }
  for (const Late& late : take_due(late_completions_)) completions_.ready.push(*late.operation);
}

void FaultyBackend::postpone(LateOperations& late, Operation& operation) {
  late.push_back({&operation, turn_ + random_up_to(plan_.most_turns_late)});
}

FaultyBackend::LateOperations FaultyBackend::take_due(LateOperations& late) const {
  const auto due =
      std::ranges::partition(late, [this](const Late& entry) { return entry.turn > turn_; });
  LateOperations taken(due.begin(), due.end());
  late.erase(due.begin(), due.end());
  return taken;
}

std::int64_t FaultyBackend::splice(int from, int to, std::size_t bytes, unsigned flags) {
  if (happens(Fault::splice_refused)) return -EINVAL;
  if (happens(Fault::not_ready)) return -EAGAIN;
  return real_->splice(from, to, shortened(bytes), flags);
}

std::int64_t FaultyBackend::tee(int from, int to, std::size_t bytes) {
  if (happens(Fault::not_ready)) return -EAGAIN;
  return real_->tee(from, to, shortened(bytes));
}

std::int64_t FaultyBackend::receive(int socket, std::span<std::byte> into) {
  if (happens(Fault::not_ready)) return -EAGAIN;
  return real_->receive(socket, into.first(shortened(into.size())));
}

std::int64_t FaultyBackend::send(int socket, std::span<const std::byte> bytes, int flags) {
  if (happens(Fault::not_ready)) return -EAGAIN;
  return real_->send(socket, bytes.first(shortened(bytes.size())), flags);
}

std::function<std::unique_ptr<Backend>(std::unique_ptr<Backend>, Completions&)> with_faults(
    const FaultPlan& plan, FaultCounts& counts) {
  return [plan, &counts](std::unique_ptr<Backend> real, Completions& completions) {
    return std::make_unique<FaultyBackend>(std::move(real), completions, plan, counts);
  };
}

}  // namespace ringcat
