#include "engine/ending.hpp"

#include <fmt/format.h>

#include <csignal>

#include "base/log.hpp"

namespace ringcat {
namespace {

// socat's levels: SIGTERM and SIGQUIT are not expected by who runs it, the others are.
LogLevel level_of(int signal) {
  switch (signal) {
    case SIGTERM:
      return LogLevel::warning;
    case SIGQUIT:
      return LogLevel::error;
    default:
      return LogLevel::notice;
  }
}

}  // namespace

int status_of(SessionEnd end) {
  return end == SessionEnd::read_error || end == SessionEnd::write_error ? 1 : 0;
}

bool asks_for_statistics(int signal) {
  return signal == SIGUSR1;
}

void log_signal(const EngineSettings& settings, int signal) {
  const bool wanted = (settings.signals_logged & (1U << static_cast<unsigned>(signal))) != 0;
  if (wanted) log(level_of(signal), fmt::format("exiting on signal {}", signal));
}

}  // namespace ringcat
