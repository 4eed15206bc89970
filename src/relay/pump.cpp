#include "relay/pump.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>

#include "relay/session.hpp"

namespace ringcat {
namespace {

bool is_socket(const FdTraits& traits) {
  return traits.kind == FdKind::stream_socket || traits.kind == FdKind::datagram_socket;
}

}  // namespace

Channel& Pump::source() const {
  return session_.channel(number_);
}

Channel& Pump::target() const {
  return session_.channel(1 - number_);
}

ReceiveOperation Pump::receive() {
  const std::size_t most = read_allowance(BufferPool::buffer_bytes);
  Reactor& reactor = session_.reactor();
  if (is_socket(source().reader)) return reactor.receive(source_fd(), most, expects_data_);
  return reactor.read(source_fd(), most);
}

void Pump::receive_ahead() {
  if (ahead_) return;
  // An operation cannot be moved: it is made in its place.
  struct InPlace {
    Pump& pump;
    operator ReceiveOperation() const { return pump.receive(); }  // NOLINT: implicit by intent
  };
  ahead_.emplace(InPlace{*this});
  if (session_.is_ending()) session_.reactor().cancel(*ahead_);
}

Received Pump::take_arrived() {
  Received arrived = ahead_->await_resume();
  ahead_.reset();
  const std::size_t bytes = arrived.bytes().size();
  expects_data_ = bytes > 0 && bytes == read_allowance(BufferPool::buffer_bytes);
  full_in_a_row_ = static_cast<std::uint8_t>(expects_data_ ? std::min(full_in_a_row_ + 1, 255) : 0);
  source().read_limit -= bytes;
  return arrived;
}

std::span<const std::byte> Pump::send_now(std::span<const std::byte> bytes) {
  if (!is_socket(target().writer)) return bytes;
  const std::int64_t sent = session_.reactor().send_now(target_fd(), bytes);
  if (sent <= 0) return bytes;
  count_written(static_cast<std::size_t>(sent));
  return bytes.subspan(static_cast<std::size_t>(sent));
}

Operation Pump::send(std::span<const std::byte> bytes) {
  if (is_socket(target().writer)) return session_.reactor().send(target_fd(), bytes);
  return session_.reactor().write(target_fd(), bytes);
}

std::size_t Pump::read_allowance(std::size_t most) const {
  const std::size_t block = session_.settings().block_bytes;
  if (block > 0) most = std::min(most, block);
  return static_cast<std::size_t>(std::min<std::uint64_t>(most, source().read_limit));
}

void Pump::count_written(std::size_t bytes) {
  counters_.bytes += bytes;
  ++counters_.transfers;
  session_.touch();
}

void Pump::finish_output() {
  switch (target().end_of_output) {
    case EndOfOutput::none:
      return;
    case EndOfOutput::null_packet:
      ::send(target_fd(), "", 0, MSG_DONTWAIT | MSG_NOSIGNAL);
      return;
    case EndOfOutput::shut_down:
      if (is_socket(target().writer)) ::shutdown(target_fd(), SHUT_WR);
      return;
    case EndOfOutput::close:
      (target().write_fd ? target().write_fd : target().fd).reset();
      return;
  }
}

bool Pump::closing_says_it() const {
  const EndOfOutput end = target().end_of_output;
  return end == EndOfOutput::shut_down || end == EndOfOutput::close;
}

Pump::InFlight::InFlight(Pump& pump, Operation* Pump::* slot, Operation& operation)
    : slot_(pump.*slot) {
  slot_ = &operation;
  if (pump.session().is_ending()) pump.session().reactor().cancel(operation);
}

void Pump::cancel() {
  if (ahead_) session_.reactor().cancel(*ahead_);
  if (reading != nullptr) session_.reactor().cancel(*reading);
  if (writing != nullptr) session_.reactor().cancel(*writing);
}

}  // namespace ringcat
