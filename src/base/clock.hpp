// Time as the program counts it: nanoseconds of the monotonic clock.
#pragma once

#include <chrono>

namespace ringcat {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

[[nodiscard]] inline TimePoint now() {
  return std::chrono::steady_clock::now();
}

}  // namespace ringcat
