// CalmCounter: says when a direction that streamed brings only small pieces again.
#pragma once

#include <cstddef>

#include "relay/thresholds.hpp"

namespace ringcat {

class CalmCounter {
 public:
  // True when `bytes` was one small transfer too many.
  [[nodiscard]] bool calms(std::size_t bytes) {
    small_ = bytes < thresholds::small_transfer_bytes ? small_ + 1 : 0;
    return small_ >= thresholds::small_transfers_to_calm;
  }

 private:
  unsigned small_ = 0;
};

}  // namespace ringcat
