// Dial: connects a socket to the first of several addresses that answers.
//
// One attempt starts 250 ms after the other, or as soon as the one before has failed, and the first
// to connect wins (happy eyeballs, RFC 8305 §5). Thread: the reactor's. Refuses: looking names up.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "address/spec.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "endpoint/open.hpp"
#include "endpoint/socket_address.hpp"
#include "ring/task.hpp"

namespace ringcat {

struct DialPlan {
  OpenContext context;
  const AddressSpec& spec;
  std::optional<SocketAddress> local;  // bound to before connecting
  std::uint16_t sourceport = 0;        // 0: any
  bool lowport = false;                // any port below 1024
  std::optional<TimePoint> until;      // when the connection must be there
};

// `targets` has at least one address and lives until the task has ended.
[[nodiscard]] Task<Result<UniqueFd>> dial(const DialPlan& plan,
                                          std::span<const SocketAddress> targets);

}  // namespace ringcat
