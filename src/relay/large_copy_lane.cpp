// The large-copy lane: bulk between two sockets through one large buffer of the thread, by direct
// calls. The buffer is the reactor's and is held only while there are bytes in it.

#include <cerrno>
#include <utility>

#include "relay/flow_pace.hpp"
#include "relay/lane_result.hpp"
#include "relay/readiness.hpp"
#include "relay/session.hpp"

namespace ringcat {
namespace {

// Sends all of `bytes`, waiting where the target is full. 0, or -errno.
Task<std::int64_t> push(Pump& pump, std::span<const std::byte> bytes) {
  Reactor& reactor = pump.session().reactor();
  while (!bytes.empty()) {
    const std::int64_t sent = reactor.send_now(pump.target_fd(), bytes);
    if (sent >= 0) {
      pump.count_written(static_cast<std::size_t>(sent));
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
      continue;
    }
    if (sent != -EAGAIN) {  // as an operation it is waited out, or fails for good
      const int later = co_await send_all(pump, bytes);
      co_return later;
    }
    const bool ready = co_await target_ready(pump);
    if (!ready) co_return -ECANCELED;
  }
  co_return 0;
}

}  // namespace

Task<LaneResult> run_large_copy_lane(Pump& pump) {
  Reactor& reactor = pump.session().reactor();
  FlowPace flow;
  for (;;) {
    const bool ready = co_await source_ready(pump);
    if (!ready) co_return LaneResult{LaneEnd::stopped};
    LargeBuffer buffer = reactor.large_buffers().acquire();
    const std::size_t wanted = pump.read_allowance(LargeBufferPool::buffer_bytes);
    if (wanted == 0) co_return LaneResult{LaneEnd::end_of_file};
    const std::span<std::byte> into{buffer.get(), wanted};
    const std::int64_t got = reactor.receive_now(pump.source_fd(), into);
    if (got == -EAGAIN) {
      reactor.large_buffers().release(std::move(buffer));
      continue;
    }
    if (got <= 0) co_return read_ended(pump, got);
    const auto bytes = static_cast<std::size_t>(got);
    pump.count_read(bytes);
    const std::int64_t pushed = co_await push(pump, into.first(bytes));
    if (pushed < 0) co_return write_failed(pump, pushed);
    reactor.large_buffers().release(std::move(buffer));
    flow.moved(bytes);
    if (flow.is_calm()) co_return LaneResult{LaneEnd::calm};
  }
}

}  // namespace ringcat
