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

Pump::Pump(Session& session, unsigned number, Channel& source, Channel& target)
    : session_(session), source_(source), target_(target), number_(number) {}

ReceiveOperation Pump::receive(bool expect_data) {
  const std::size_t most = read_allowance(BufferPool::buffer_bytes);
  if (is_socket(source_.reader)) return session_.reactor().receive(source_fd(), most, expect_data);
  return session_.reactor().read(source_fd(), most);
}

Operation Pump::send(std::span<const std::byte> bytes) {
  if (is_socket(target_.writer)) return session_.reactor().send(target_fd(), bytes);
  return session_.reactor().write(target_fd(), bytes);
}

std::size_t Pump::read_allowance(std::size_t most) const {
  const std::size_t block = session_.settings().block_bytes;
  if (block > 0) most = std::min(most, block);
  return static_cast<std::size_t>(std::min<std::uint64_t>(most, source_.read_limit));
}

void Pump::count_written(std::size_t bytes) {
  counters_.bytes += bytes;
  ++counters_.transfers;
  session_.touch();
}

void Pump::finish_output() {
  switch (target_.end_of_output) {
    case EndOfOutput::none:
      return;
    case EndOfOutput::null_packet:
      ::send(target_fd(), "", 0, MSG_DONTWAIT | MSG_NOSIGNAL);
      return;
    case EndOfOutput::shut_down:
      if (is_socket(target_.writer)) ::shutdown(target_fd(), SHUT_WR);
      return;
    case EndOfOutput::close:
      (target_.write_fd ? target_.write_fd : target_.fd).reset();
      return;
  }
}

Pump::InFlight::InFlight(Pump& pump, Operation* Pump::* slot, Operation& operation)
    : slot_(pump.*slot) {
  slot_ = &operation;
  if (pump.session().is_ending()) pump.session().reactor().cancel(operation);
}

void Pump::cancel() {
  if (reading != nullptr) session_.reactor().cancel(*reading);
  if (writing != nullptr) session_.reactor().cancel(*writing);
}

}  // namespace ringcat
