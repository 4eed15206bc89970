// The splice lanes: bytes go from one descriptor to the other inside the kernel.
//
// Between sockets (and from files) through a pooled pipe that is held only while it has bytes in
// it; straight where one end is a pipe itself. Readiness comes from the reactor, the moving is a
// direct splice(2): as an operation of io_uring it would run on a worker thread.

#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "relay/flow_pace.hpp"
#include "relay/lane_result.hpp"
#include "relay/readiness.hpp"
#include "relay/session.hpp"
#include "relay/thresholds.hpp"

namespace ringcat {
namespace {

// Whether an error of a direct splice(2) is the target's: a pipe that is read has none of its own.
bool target_failed(const Pump& pump, std::int64_t result) {
  if (result >= 0) return false;
  return result == -EPIPE || pump.source().reader.kind == FdKind::pipe;
}

bool cannot_splice(std::int64_t result) {
  return result == -EINVAL || result == -ENOSYS;
}

// Moves the `bytes` in the pipe by copying, for a target that turned out not to take splice(2).
Task<std::int64_t> copy_out(Pump& pump, const Pipe& pipe, std::size_t bytes) {
  std::vector<std::byte> copy(bytes);
  const ssize_t got = ::read(pipe.read_end.get(), copy.data(), copy.size());
  if (got < 0) co_return -errno;
  const int sent = co_await send_all(pump, std::span{copy}.first(static_cast<std::size_t>(got)));
  co_return sent;
}

// Moves the `bytes` in the pipe to the target. 0, or -errno.
Task<std::int64_t> drain(Pump& pump, const Pipe& pipe, std::size_t bytes) {
  Reactor& reactor = pump.session().reactor();
  while (bytes > 0) {
    const std::int64_t moved = reactor.splice_now(pipe.read_end.get(), pump.target_fd(), bytes);
    if (moved > 0) {
      pump.count_written(static_cast<std::size_t>(moved));
      bytes -= static_cast<std::size_t>(moved);
      continue;
    }
    if (cannot_splice(moved)) {
      const std::int64_t copied = co_await copy_out(pump, pipe, bytes);
      co_return copied;
    }
    if (moved != -EAGAIN) co_return moved == 0 ? -EPIPE : moved;
    const bool ready = co_await target_ready(pump);
    if (!ready) co_return -ECANCELED;
  }
  co_return 0;
}

}  // namespace

Task<LaneResult> run_splice_lane(Pump& pump) {
  Reactor& reactor = pump.session().reactor();
  FlowPace flow;
  for (;;) {
    bool waits_for_turn = true;
    if (flow.waits()) {
      const bool ready = co_await source_ready(pump);
      if (!ready) co_return LaneResult{LaneEnd::stopped};
      waits_for_turn = flow.gathers(reactor.now());
    }
    if (waits_for_turn) co_await reactor.bulk_turn(flow.pace());
    if (pump.session().is_ending()) co_return LaneResult{LaneEnd::stopped};
    std::optional<Pipe> pipe = reactor.pipes().acquire();
    if (!pipe) co_return LaneResult{LaneEnd::unsupported};
    const std::size_t wanted = pump.read_allowance(thresholds::splice_bytes);
    if (wanted == 0) co_return LaneResult{LaneEnd::end_of_file};
    const std::int64_t filled = reactor.splice_now(pump.source_fd(), pipe->write_end.get(), wanted);
    if (filled > 0) {
      const auto bytes = static_cast<std::size_t>(filled);
      pump.count_read(bytes);
      flow.moved(bytes);
      const std::int64_t drained = co_await drain(pump, *pipe, bytes);
      if (drained < 0) co_return write_failed(pump, drained);
    } else if (filled == -EAGAIN) {
      flow.found_nothing(reactor.now());
    } else {
      if (cannot_splice(filled)) co_return LaneResult{LaneEnd::unsupported};
      co_return read_ended(pump, filled);
    }
    reactor.pipes().release(std::move(*pipe));
    if (flow.is_calm()) co_return LaneResult{LaneEnd::calm};
  }
}

Task<LaneResult> run_direct_splice_lane(Pump& pump) {
  Reactor& reactor = pump.session().reactor();
  FlowPace flow;
  for (;;) {
    const bool readable = co_await source_ready(pump);
    if (!readable) co_return LaneResult{LaneEnd::stopped};
    const std::size_t wanted = pump.read_allowance(thresholds::splice_bytes);
    if (wanted == 0) co_return LaneResult{LaneEnd::end_of_file};
    const std::int64_t moved = reactor.splice_now(pump.source_fd(), pump.target_fd(), wanted);
    if (moved == -EAGAIN) {
      const bool writable = co_await target_ready(pump);
      if (!writable) co_return LaneResult{LaneEnd::stopped};
      continue;
    }
    if (cannot_splice(moved)) co_return LaneResult{LaneEnd::unsupported};
    if (target_failed(pump, moved)) co_return write_failed(pump, moved);
    if (moved <= 0) co_return read_ended(pump, moved);
    const auto bytes = static_cast<std::size_t>(moved);
    pump.count_read(bytes);
    pump.count_written(bytes);
    flow.moved(bytes);
    if (flow.is_calm()) co_return LaneResult{LaneEnd::calm};
  }
}

}  // namespace ringcat
