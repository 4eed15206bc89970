// Completions: what the backend reaped, queued until reaping is over.
//
// Backends only ever call complete(); the reactor resumes waiters from `ready` afterwards and
// starts again what could not be served. Every errno value that means "not now" is decided here,
// once:
//   EAGAIN, EINTR    the operation is started again when its descriptor is ready
//   ENOBUFS, ENOMEM  a receive found no pooled buffer, or the kernel was out of memory: started
//                    again when a buffer came back, or a little later
// All others reach the one who awaits. A cancelled operation is never started again.
#pragma once

#include <cstdint>

#include "ring/operation.hpp"

namespace ringcat {

class Completions {
 public:
  // `operation` has ended with `result`: a count, a descriptor, or -errno.
  void complete(Operation& operation, int result) noexcept;

  // Resumed in the order completed.
  OperationList ready;
  // To be started again at once, waiting for readiness first.
  OperationList not_ready;
  // To be started again when there is memory.
  OperationList starved;
  std::uint64_t count = 0;          // operations that completed
  std::uint64_t starved_count = 0;  // times an operation had to wait for memory
};

}  // namespace ringcat
