#include "engine/statistics.hpp"

#include <fmt/format.h>

#include "base/log.hpp"

namespace ringcat {
namespace {

constexpr std::array flow_names{"left to right", "right to left"};

}  // namespace

void Statistics::add(const Session& session, SessionEnd end) {
  add_flows(session);
  ++ended[static_cast<std::size_t>(end)];
}

void Statistics::add_flows(const Session& session) {
  for (std::size_t i = 0; i < flow.size(); ++i) {
    const FlowCounters& counted = session.counters(i);
    flow[i].bytes += counted.bytes;
    flow[i].transfers += counted.transfers;
    flow[i].bulk_runs += counted.bulk_runs;
  }
}

void Statistics::write_to_log(bool served) const {
  for (std::size_t i = 0; i < flow.size(); ++i) {
    log_asked_for(fmt::format("STATISTICS: {}: {} bytes in {} transfers, {} bulk runs",
                              flow_names[i], flow[i].bytes.load(), flow[i].transfers.load(),
                              flow[i].bulk_runs.load()));
  }
  if (!served) return;
  log_asked_for(fmt::format(
      "STATISTICS: {} connections accepted, {} refused, {} not opened, {} accept errors",
      accepted.load(), refused.load(), not_opened.load(), accept_errors.load()));
  for (std::size_t i = 0; i < ended.size(); ++i) {
    log_asked_for(fmt::format("STATISTICS: {} sessions ended: {}", ended[i].load(),
                              name_of(static_cast<SessionEnd>(i))));
  }
}

}  // namespace ringcat
