// The copy lane: what was received into a pooled buffer is sent on while the next receive is under
// way already, so that a small message costs one kernel entry. While a direction is idle it holds
// no buffer.

#include "relay/lane_result.hpp"
#include "relay/session.hpp"
#include "relay/thresholds.hpp"

namespace ringcat {

Task<int> send_all(Pump& pump, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    Operation sending = pump.send(bytes);
    const Pump::InFlight in_flight{pump, &Pump::writing, sending};
    const int sent = co_await sending;
    if (sent < 0) co_return sent;
    pump.count_written(static_cast<std::size_t>(sent));
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  co_return 0;
}

Task<LaneResult> run_copy_lane(Pump& pump, bool may_leave) {
  Received current;
  bool was_full = true;  // the first receive may find data: try at once
  unsigned full_in_a_row = 0;
  int failed = 0;
  for (;;) {
    const std::size_t wanted = pump.read_allowance(BufferPool::buffer_bytes);
    if (wanted == 0) {
      const int last = co_await send_all(pump, current.bytes());
      co_return last < 0 ? write_failed(pump, last) : LaneResult{LaneEnd::end_of_file};
    }
    ReceiveOperation ahead = pump.receive(was_full);
    const Pump::InFlight reading{pump, &Pump::reading, ahead};
    std::span<const std::byte> bytes = current.bytes();
    while (!bytes.empty() && failed == 0) {
      Operation sending = pump.send(bytes);
      const Pump::InFlight writing{pump, &Pump::writing, sending};
      const int sent = co_await sending;
      if (sent < 0) {
        failed = sent;
        pump.session().reactor().cancel(ahead);
      } else {
        pump.count_written(static_cast<std::size_t>(sent));
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
      }
    }
    current = Received{};
    Received next = co_await ahead;
    if (failed != 0) co_return write_failed(pump, failed);
    if (next.result() <= 0) co_return read_ended(pump, next.result());
    if (pump.session().is_ending()) co_return LaneResult{LaneEnd::stopped};
    pump.count_read(next.bytes().size());
    was_full = next.bytes().size() == wanted;
    full_in_a_row = was_full ? full_in_a_row + 1 : 0;
    current = std::move(next);
    if (!may_leave || full_in_a_row < thresholds::full_receives_to_bulk) continue;
    const int left_over = co_await send_all(pump, current.bytes());
    if (left_over < 0) co_return write_failed(pump, left_over);
    co_return LaneResult{LaneEnd::streams};
  }
}

}  // namespace ringcat
