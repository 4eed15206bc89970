#include "ring/frame_pool.hpp"

#include <array>
#include <new>

namespace ringcat::frame_pool {
namespace {

struct FreeFrame {
  FreeFrame* next;
};

struct Pool {
  std::array<FreeFrame*, largest_frame / granule + 1> free{};
  std::size_t live = 0;

  ~Pool() { trim(); }

  void trim() noexcept {
    for (FreeFrame*& head : free) {
      while (head != nullptr) {
        FreeFrame* const frame = head;
        head = frame->next;
        ::operator delete(frame);
      }
    }
  }
};

thread_local Pool pool;

constexpr std::size_t granules(std::size_t bytes) {
  return (bytes + granule - 1) / granule;
}

}  // namespace

void* allocate(std::size_t bytes) {
  ++pool.live;
  const std::size_t index = granules(bytes);
  if (index >= pool.free.size()) return ::operator new(bytes);
  FreeFrame*& head = pool.free[index];
  if (head == nullptr) return ::operator new(index * granule);
  FreeFrame* const frame = head;
  head = frame->next;
  return frame;
}

void release(void* memory, std::size_t bytes) noexcept {
  --pool.live;
  const std::size_t index = granules(bytes);
  if (index >= pool.free.size()) {
    ::operator delete(memory);
    return;
  }
  auto* const frame = static_cast<FreeFrame*>(memory);
  frame->next = pool.free[index];
  pool.free[index] = frame;
}

std::size_t live() noexcept {
  return pool.live;
}

void trim() noexcept {
  pool.trim();
}

}  // namespace ringcat::frame_pool
