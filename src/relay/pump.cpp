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

Task<LaneResult> run_lane(Direction& direction, Lane lane) {
  switch (lane) {
    case Lane::copy:
      return run_copy_lane(direction, false);
    case Lane::large_copy:
      return run_large_copy_lane(direction);
    case Lane::splice_direct:
      return run_direct_splice_lane(direction);
    case Lane::splice_pooled:
      return run_splice_lane(direction);
  }
  return run_copy_lane(direction, false);
}

// Copies while data comes in small pieces, and goes over to the bulk lane and back as it streams
// and calms.
Task<LaneResult> run_lanes(Direction& direction) {
  const FdTraits& source = direction.source().reader;
  Lane bulk = choose_lane(source, direction.target().writer, direction.session().settings().lane);
  bool streams = streams_from_the_start(source);
  for (;;) {
    if (!streams || bulk == Lane::copy) {
      const LaneResult copied = co_await run_copy_lane(direction, bulk != Lane::copy);
      if (copied.end != LaneEnd::streams) co_return copied;
    }
    ++direction.counters().bulk_runs;
    const LaneResult moved = co_await run_lane(direction, bulk);
    streams = false;
    if (moved.end == LaneEnd::unsupported) {
      bulk = choose_lane(source, direction.target().writer, LaneChoice::copy);
    } else if (moved.end != LaneEnd::calm) {
      co_return moved;
    }
  }
}

void log_failure(const Direction& direction, const LaneResult& result) {
  const bool reads = result.end == LaneEnd::read_error;
  const int fd = reads ? direction.source_fd() : direction.target_fd();
  const bool expected = !reads && direction.target().cool_write &&
                        (result.error == EPIPE || result.error == ECONNRESET);
  const LogLevel level = expected ? LogLevel::notice : LogLevel::error;
  log(level, fmt::format("{}({}): {}", reads ? "read" : "write", fd, errno_text(result.error)));
}

void log_end_of_file(const Direction& direction) {
  if (!log_enabled(LogLevel::notice)) return;
  log(LogLevel::notice,
      fmt::format("socket {} (fd {}) is at EOF", direction.number() + 1, direction.source_fd()));
}

}  // namespace

LaneResult read_ended(const Direction& direction, std::int64_t result) {
  if (direction.session().is_ending()) return {LaneEnd::stopped};
  if (result == 0) return {LaneEnd::end_of_file};
  // A terminal whose other side is gone reads EIO; that is its end of file.
  const bool hung_up = result == -EIO && direction.source().reader.kind == FdKind::terminal;
  if (hung_up) return {LaneEnd::end_of_file};
  return {LaneEnd::read_error, static_cast<int>(-result)};
}

LaneResult write_failed(const Direction& direction, std::int64_t result) {
  if (direction.session().is_ending()) return {LaneEnd::stopped};
  return {LaneEnd::write_error, static_cast<int>(-result)};
}

Task<void> pump(Direction& direction) {
  Session& session = direction.session();
  const bool by_line = looks_at_bytes(direction.source()) || looks_at_bytes(direction.target());
  for (;;) {
    const LaneResult result = co_await (by_line ? run_line_lane(direction) : run_lanes(direction));
    if (session.is_ending()) co_return;
    if (result.end != LaneEnd::end_of_file) {
      log_failure(direction, result);
      co_return session.end(result.end == LaneEnd::read_error ? SessionEnd::read_error
                                                              : SessionEnd::write_error);
    }
    if (!direction.source().ignore_eof || direction.source().read_limit == 0) break;
    co_await sleep_for(session.reactor(), end_of_file_retry);
    if (session.is_ending()) co_return;
  }
  log_end_of_file(direction);
  direction.finish_output();
  session.direction_finished(direction);
}

}  // namespace ringcat
