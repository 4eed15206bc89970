// The pump: one direction from its first byte to its half-close.

#include <fmt/format.h>

#include <cerrno>

#include "base/log.hpp"
#include "relay/lane_plan.hpp"
#include "relay/lane_result.hpp"
#include "relay/session.hpp"

namespace ringcat {
namespace {

// How often a source with `ignoreeof` is looked at again.
constexpr Duration end_of_file_retry = std::chrono::milliseconds{100};

void log_failure(const Pump& pump, const LaneResult& result) {
  const bool reads = result.end != LaneEnd::write_error;
  const int fd = reads ? pump.source_fd() : pump.target_fd();
  const bool expected =
      !reads && pump.target().cool_write && (result.error == EPIPE || result.error == ECONNRESET);
  LogLevel level = expected ? LogLevel::notice : LogLevel::error;
  if (result.end == LaneEnd::reset) level = LogLevel::warning;
  log(level, fmt::format("{}({}): {}", reads ? "read" : "write", fd, errno_text(result.error)));
}

void log_end_of_file(const Pump& pump) {
  if (!log_enabled(LogLevel::notice)) return;
  log(LogLevel::notice,
      fmt::format("socket {} (fd {}) is at EOF", pump.number() + 1, pump.source_fd()));
}

// With `ignoreeof`, end of file is no end.
bool looks_again(const Pump& pump, const LaneResult& result) {
  return result.end == LaneEnd::end_of_file && pump.source().ignore_eof &&
         pump.source().read_limit > 0 && !pump.session().is_ending();
}

SessionEnd session_end_of(LaneEnd end) {
  switch (end) {
    case LaneEnd::reset:
      return SessionEnd::reset;
    case LaneEnd::write_error:
      return SessionEnd::write_error;
    default:
      return SessionEnd::read_error;
  }
}

void end_of_pump(Pump& pump, const LaneResult& result) {
  Session& session = pump.session();
  if (session.is_ending()) return;
  if (result.end == LaneEnd::end_of_file) {
    log_end_of_file(pump);
    if (!session.ends_with_next_pump() || !pump.closing_says_it()) pump.finish_output();
    session.pump_finished(pump);
    return;
  }
  log_failure(pump, result);
  session.end(session_end_of(result.end));
}

}  // namespace

LaneResult read_ended(const Pump& pump, std::int64_t result) {
  if (pump.session().is_ending()) return {LaneEnd::stopped};
  if (result == 0) return {LaneEnd::end_of_file};
  // A terminal whose other side is gone reads EIO; that is its end of file.
  const bool hung_up = result == -EIO && pump.source().reader.kind == FdKind::terminal;
  if (hung_up) return {LaneEnd::end_of_file};
  const LaneEnd end = result == -ECONNRESET ? LaneEnd::reset : LaneEnd::read_error;
  return {end, static_cast<int>(-result)};
}

LaneResult write_failed(const Pump& pump, std::int64_t result) {
  if (pump.session().is_ending()) return {LaneEnd::stopped};
  return {LaneEnd::write_error, static_cast<int>(-result)};
}

Task<void> run_pump(Pump& pump) {
  Session& session = pump.session();
  LanePlan plan{pump};
  for (;;) {
    if (plan.copies()) {
      pump.receive_ahead();
      co_await pump.arrival();
    }
    const LaneResult result = co_await plan.run_lane(pump);
    if (plan.advance(pump, result.end)) continue;
    if (!looks_again(pump, result)) {
      end_of_pump(pump, result);
      break;
    }
    co_await sleep_for(session.reactor(), end_of_file_retry);
  }
  if (!pump.receives()) co_return;
  session.reactor().cancel(pump.reading_ahead());
  co_await pump.arrival();
}

}  // namespace ringcat
