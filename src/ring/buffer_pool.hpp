// BufferPool: the receive buffers of one reactor. An idle connection holds none of them; one is
// taken when data is there and goes back when the data has been handed on.
//
// Buffers are cut from slabs that are mapped as needed, up to a limit; past it receives wait
// (backpressure). The io_uring backend publishes the free ones to the kernel as a provided-buffer
// ring, the epoll backend takes them itself. Thread: the reactor's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ringcat {

class BufferPool {
 public:
  static constexpr std::size_t buffer_bytes = 16 * 1024;
  static constexpr std::size_t slab_buffers = 64;
  static constexpr std::size_t most_buffers = 4096;  // 64 MiB for each reactor

  BufferPool() = default;
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;
  ~BufferPool();

  [[nodiscard]] std::span<std::byte> buffer(std::uint16_t id) const noexcept {
    return {slabs_[id / slab_buffers] + (id % slab_buffers) * buffer_bytes, buffer_bytes};
  }

  [[nodiscard]] bool empty() const noexcept { return free_.empty(); }
  [[nodiscard]] std::uint16_t take() noexcept;
  void give_back(std::uint16_t id) noexcept { free_.push_back(id); }

  // Maps one more slab. False at the limit, or where the system gives no memory.
  [[nodiscard]] bool grow();

  [[nodiscard]] std::size_t capacity() const noexcept { return slabs_.size() * slab_buffers; }

 private:
  std::vector<std::byte*> slabs_;
  std::vector<std::uint16_t> free_;  // last in, first out: the warm ones are used again
};

}  // namespace ringcat
