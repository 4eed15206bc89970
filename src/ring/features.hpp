// Features: what this kernel gives us, found out once by asking it, and which backend follows from
// that.
//
// Immutable after probe(). Thread: any.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"

namespace ringcat {

enum class BackendKind : std::uint8_t { io_uring, epoll };
enum class BackendChoice : std::uint8_t { automatic, io_uring, epoll };

struct Features {
  BackendKind backend = BackendKind::epoll;
  std::string
      reason;  // why this backend: `io_uring works`, `io_uring_setup: Operation not permitted`
  std::string kernel;          // as uname(2) says, e.g. `6.1.0-28-amd64`
  bool defer_taskrun = false;  // 6.1
};

// Asks the kernel. An error only where `choice` demands io_uring and it cannot be had.
[[nodiscard]] Result<Features> probe_features(BackendChoice choice);

}  // namespace ringcat
