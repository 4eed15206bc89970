// The log: one process-wide sink, socat's levels, line format and destinations.
//
// Line: `2026/11/22 14:00:45 ringcat[PID] N text`. Thread: any; configure before the first thread
// starts. Refuses: deciding what is worth saying.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace ringcat {

// Most severe first; a line is shown when its level is at most the threshold.
enum class LogLevel : std::uint8_t { fatal, error, warning, notice, info, debug };

struct LogSettings {
  enum class Sink : std::uint8_t { standard_error, file, syslog, mixed };

  LogLevel threshold = LogLevel::warning;
  Sink sink =
      Sink::standard_error;  // mixed (-lm): standard error until the transfer starts, then syslog
  std::string file;          // with Sink::file; appended to
  std::string facility = "daemon";  // with Sink::syslog and Sink::mixed
  std::string program = "ringcat";  // the name each line carries
  bool microseconds = false;        // -lu
  bool host_name = false;           // -lh
};

// Opens the destination. An unknown facility or a file that cannot be opened is an error.
[[nodiscard]] Result<void> configure_log(const LogSettings& settings);

// With Sink::mixed: from now on to syslog. Otherwise nothing.
void log_transfer_starts();

[[nodiscard]] bool log_enabled(LogLevel level);

// Writes one line (no newline in `text`). One write(2) a line: lines of several threads never mix.
void log(LogLevel level, std::string_view text);

// What a flag asked for (`--statistics`): a notice that is written whatever the threshold.
void log_asked_for(std::string_view text);

// Rate-limited: at most one line a second for each `key` (a string literal); what was left out is
// counted and said with the next line.
void log_limited(LogLevel level, const char* key, std::string_view text);

}  // namespace ringcat
