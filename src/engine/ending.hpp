// How a route ends: exit statuses, and what the log says of signals.
#pragma once

#include "engine/engine.hpp"
#include "relay/session.hpp"

namespace ringcat {

// 0 at end of file, after a timeout and after a reset, 1 after an error.
[[nodiscard]] int status_of(SessionEnd end);

// 128 + the signal's number, as a shell shows a process that died of it.
[[nodiscard]] constexpr int status_of_signal(int signal) {
  return 128 + signal;
}

// SIGUSR1 asks for the statistics; the others end the route.
[[nodiscard]] bool asks_for_statistics(int signal);

// "exiting on signal 15", where `-S` lets that signal be logged.
void log_signal(const EngineSettings& settings, int signal);

}  // namespace ringcat
