// Samples of a duration, and their percentiles.
//
// Thread: one at a time.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace loadgen {

class Samples {
 public:
  void add(std::chrono::nanoseconds sample) { samples_.push_back(sample); }

  // In microseconds; `share` from 0 to 1. Sorts: call it once everything was added.
  [[nodiscard]] double percentile_us(double share) {
    if (samples_.empty()) return 0;
    const auto last = static_cast<double>(samples_.size() - 1);
    const auto nth = samples_.begin() + static_cast<std::ptrdiff_t>(share * last);
    std::nth_element(samples_.begin(), nth, samples_.end());
    return static_cast<double>(nth->count()) / 1e3;
  }

 private:
  std::vector<std::chrono::nanoseconds> samples_;
};

}  // namespace loadgen
