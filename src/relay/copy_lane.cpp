// The copy lane: what was received into a pooled buffer is sent on at once, by a direct call: as an
// operation, its completion would end the wait for the next message and cost one more kernel entry.
// Where the target is full, the next receive is under way while the send waits.

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
  for (;;) {
    const Received current = pump.take_arrived();
    if (current.result() <= 0) co_return read_ended(pump, current.result());
    if (pump.session().is_ending()) co_return LaneResult{LaneEnd::stopped};
    const bool ends = pump.source().read_limit == 0;
    const bool leaves = may_leave && pump.full_in_a_row() >= thresholds::full_receives_to_bulk;
    const std::span<const std::byte> unsent = pump.send_now(current.bytes());
    if (!ends && !leaves) pump.receive_ahead();
    if (!unsent.empty()) {
      const int sent = co_await send_all(pump, unsent);
      if (sent < 0) co_return write_failed(pump, sent);
    }
    if (ends) co_return LaneResult{LaneEnd::end_of_file};
    if (leaves) co_return LaneResult{LaneEnd::streams};
    if (!pump.has_arrived()) co_return LaneResult{LaneEnd::idle};
  }
}

}  // namespace ringcat
