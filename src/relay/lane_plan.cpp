#include "relay/lane_plan.hpp"

#include "relay/session.hpp"

namespace ringcat {
namespace {

bool looks_at_bytes(const Channel& source, const Channel& target) {
  return source.line_ends != target.line_ends || source.escape >= 0;
}

// Files and devices have no pauses to wait for: they begin on the bulk lane.
bool streams_from_the_start(const FdTraits& source) {
  return source.kind == FdKind::regular_file || source.kind == FdKind::device;
}

}  // namespace

LanePlan::LanePlan(const Pump& pump) : lane_(Lane::copy), bulk_(Lane::copy) {
  const Channel& source = pump.source();
  const Channel& target = pump.target();
  if (looks_at_bytes(source, target)) {
    lane_ = bulk_ = Lane::lines;
    return;
  }
  bulk_ = choose_lane(source.reader, target.writer, pump.session().settings().lane);
  if (streams_from_the_start(source.reader)) lane_ = bulk_;
}

Task<LaneResult> LanePlan::run_lane(Pump& pump) const {
  switch (lane_) {
    case Lane::lines:
      return run_line_lane(pump);
    case Lane::large_copy:
      return run_large_copy_lane(pump);
    case Lane::splice_direct:
      return run_direct_splice_lane(pump);
    case Lane::splice_pooled:
      return run_splice_lane(pump);
    case Lane::copy:
      break;
  }
  return run_copy_lane(pump, bulk_ != Lane::copy);
}

bool LanePlan::advance(Pump& pump, LaneEnd end) {
  switch (end) {
    case LaneEnd::idle:
      return true;
    case LaneEnd::streams:
      ++pump.counters().bulk_runs;
      lane_ = bulk_;
      return true;
    case LaneEnd::unsupported:
      bulk_ = choose_lane(pump.source().reader, pump.target().writer, LaneChoice::copy);
      lane_ = Lane::copy;
      return true;
    case LaneEnd::calm:
      lane_ = Lane::copy;
      return true;
    case LaneEnd::end_of_file:
    case LaneEnd::reset:
    case LaneEnd::read_error:
    case LaneEnd::write_error:
    case LaneEnd::stopped:
      break;
  }
  return false;
}

}  // namespace ringcat
