// The pump: one direction from its first byte to its half-close.

#include <fmt/format.h>

#include <cerrno>

#include "base/log.hpp"
#include "relay/lane_result.hpp"
#include "relay/session.hpp"

namespace ringcat {
namespace {

// How often a source with `ignoreeof` is looked at again.
constexpr Duration end_of_file_retry = std::chrono::milliseconds{100};

bool looks_at_bytes(const Channel& channel) {
  return channel.line_ends != LineEnds::as_they_are || channel.escape >= 0;
}

// Files and devices have no pauses to wait for: they begin on the bulk lane.
bool streams_from_the_start(const FdTraits& source) {
  return source.kind == FdKind::regular_file || source.kind == FdKind::device;
}

Task<LaneResult> run_lane(Pump& pump, Lane lane) {
  switch (lane) {
    case Lane::copy:
      return run_copy_lane(pump, false);
    case Lane::large_copy:
      return run_large_copy_lane(pump);
    case Lane::splice_direct:
      return run_direct_splice_lane(pump);
    case Lane::splice_pooled:
      return run_splice_lane(pump);
  }
  return run_copy_lane(pump, false);
}

// Copies while data comes in small pieces, and goes over to the bulk lane and back as it streams
// and calms.
Task<LaneResult> run_lanes(Pump& pump) {
  const FdTraits& source = pump.source().reader;
  Lane bulk = choose_lane(source, pump.target().writer, pump.session().settings().lane);
  bool streams = streams_from_the_start(source);
  for (;;) {
    if (!streams || bulk == Lane::copy) {
      const LaneResult copied = co_await run_copy_lane(pump, bulk != Lane::copy);
      if (copied.end != LaneEnd::streams) co_return copied;
    }
    ++pump.counters().bulk_runs;
    const LaneResult moved = co_await run_lane(pump, bulk);
    streams = false;
    if (moved.end == LaneEnd::unsupported) {
      bulk = choose_lane(source, pump.target().writer, LaneChoice::copy);
    } else if (moved.end != LaneEnd::calm) {
      co_return moved;
    }
  }
}

void log_failure(const Pump& pump, const LaneResult& result) {
  const bool reads = result.end == LaneEnd::read_error;
  const int fd = reads ? pump.source_fd() : pump.target_fd();
  const bool expected =
      !reads && pump.target().cool_write && (result.error == EPIPE || result.error == ECONNRESET);
  const LogLevel level = expected ? LogLevel::notice : LogLevel::error;
  log(level, fmt::format("{}({}): {}", reads ? "read" : "write", fd, errno_text(result.error)));
}

void log_end_of_file(const Pump& pump) {
  if (!log_enabled(LogLevel::notice)) return;
  log(LogLevel::notice,
      fmt::format("socket {} (fd {}) is at EOF", pump.number() + 1, pump.source_fd()));
}

}  // namespace

LaneResult read_ended(const Pump& pump, std::int64_t result) {
  if (pump.session().is_ending()) return {LaneEnd::stopped};
  if (result == 0) return {LaneEnd::end_of_file};
  // A terminal whose other side is gone reads EIO; that is its end of file.
  const bool hung_up = result == -EIO && pump.source().reader.kind == FdKind::terminal;
  if (hung_up) return {LaneEnd::end_of_file};
  return {LaneEnd::read_error, static_cast<int>(-result)};
}

LaneResult write_failed(const Pump& pump, std::int64_t result) {
  if (pump.session().is_ending()) return {LaneEnd::stopped};
  return {LaneEnd::write_error, static_cast<int>(-result)};
}

Task<void> run_pump(Pump& pump) {
  Session& session = pump.session();
  const bool by_line = looks_at_bytes(pump.source()) || looks_at_bytes(pump.target());
  for (;;) {
    const LaneResult result = co_await (by_line ? run_line_lane(pump) : run_lanes(pump));
    if (session.is_ending()) co_return;
    if (result.end != LaneEnd::end_of_file) {
      log_failure(pump, result);
      co_return session.end(result.end == LaneEnd::read_error ? SessionEnd::read_error
                                                              : SessionEnd::write_error);
    }
    if (!pump.source().ignore_eof || pump.source().read_limit == 0) break;
    co_await sleep_for(session.reactor(), end_of_file_retry);
    if (session.is_ending()) co_return;
  }
  log_end_of_file(pump);
  pump.finish_output();
  session.pump_finished();
}

}  // namespace ringcat
