// LaneResult: how a lane ended, and how errno values of reads and writes become one.
//
// Thread: the session's.
#pragma once

#include <cstdint>
#include <span>

#include "relay/pump.hpp"
#include "ring/task.hpp"

namespace ringcat {

enum class LaneEnd : std::uint8_t {
  end_of_file,
  reset,  // by the source's peer
  read_error,
  write_error,
  stopped,      // the session is ending
  idle,         // copy: nothing more has arrived; the pump waits, without a lane
  streams,      // copy: a bulk lane would do better
  calm,         // bulk: data comes in small pieces again
  unsupported,  // bulk: this lane cannot work here; nothing was lost
};

struct LaneResult {
  LaneEnd end;
  int error = 0;  // errno, with reset, read_error and write_error
};

// `result` of a read that brought nothing: 0 or -errno.
[[nodiscard]] LaneResult read_ended(const Pump& pump, std::int64_t result);

// `result` of a write that failed: -errno.
[[nodiscard]] LaneResult write_failed(const Pump& pump, std::int64_t result);

// Sends all of `bytes`. 0, or -errno.
[[nodiscard]] Task<int> send_all(Pump& pump, std::span<const std::byte> bytes);

// The lanes. Each goes on until its LaneResult says why not.

// Begins with what has arrived (Pump::has_arrived). `may_leave`: ends with LaneEnd::streams when a
// bulk lane would do better.
[[nodiscard]] Task<LaneResult> run_copy_lane(Pump& pump, bool may_leave);
[[nodiscard]] Task<LaneResult> run_large_copy_lane(Pump& pump);
[[nodiscard]] Task<LaneResult> run_splice_lane(Pump& pump);
[[nodiscard]] Task<LaneResult> run_direct_splice_lane(Pump& pump);
// With `crnl`, `cr` or `escape`: every byte is looked at.
[[nodiscard]] Task<LaneResult> run_line_lane(Pump& pump);

}  // namespace ringcat
