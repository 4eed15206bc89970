// Statistics: what a route has done, added up over its sessions and workers.
//
// Thread: any (relaxed atomics; each session adds once, at its end).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "relay/session.hpp"

namespace ringcat {

struct Statistics {
  struct FlowTotals {
    std::atomic<std::uint64_t> bytes = 0;
    std::atomic<std::uint64_t> transfers = 0;
    std::atomic<std::uint64_t> bulk_runs = 0;
  };

  std::array<FlowTotals, 2> flow;  // left to right, right to left
  std::atomic<std::uint64_t> accepted = 0;
  std::atomic<std::uint64_t> refused = 0;        // by range, lowport or sourceport
  std::atomic<std::uint64_t> not_opened = 0;     // the other address could not be opened
  std::atomic<std::uint64_t> accept_errors = 0;  // out of descriptors or memory
  std::array<std::atomic<std::uint64_t>, session_end_count> ended;  // by SessionEnd

  void add(const Session& session, SessionEnd end);
  void add_flows(const Session& session);

  // The lines of --statistics and SIGUSR1.
  void write_to_log(bool served) const;
};

}  // namespace ringcat
