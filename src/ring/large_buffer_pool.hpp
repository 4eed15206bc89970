// LargeBufferPool: the buffers for bulk copying of one reactor. Thread: the reactor's.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace ringcat {

using LargeBuffer = std::unique_ptr<std::byte[]>;

class LargeBufferPool {
 public:
  static constexpr std::size_t buffer_bytes = 512 * 1024;
  static constexpr std::size_t most_kept = 4;

  [[nodiscard]] LargeBuffer acquire() {
    if (free_.empty()) return LargeBuffer{new std::byte[buffer_bytes]};
    LargeBuffer buffer = std::move(free_.back());
    free_.pop_back();
    return buffer;
  }

  void release(LargeBuffer buffer) {
    if (free_.size() < most_kept) free_.push_back(std::move(buffer));
  }

 private:
  std::vector<LargeBuffer> free_;
};

}  // namespace ringcat
