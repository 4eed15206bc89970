#include "ring/frame_pool.hpp"

#include <array>
#include <new>

namespace ringcat::frame_pool {
namespace {

struct FreeFrame {
  FreeFrame* next;
};

struct FreeList {
  FreeFrame* head = nullptr;
  std::size_t length = 0;
};

struct Pool {
  std::array<FreeList, largest_frame / granule + 1> free{};
  std::size_t live = 0;

  ~Pool() { trim(); }

  void trim() noexcept {
    for (FreeList& list : free) {
      while (list.head != nullptr) {
        FreeFrame* const frame = list.head;
        list.head = frame->next;
        ::operator delete(frame);
      }
      list.length = 0;
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
  FreeList& list = pool.free[index];
  if (list.head == nullptr) return ::operator new(index * granule);
  FreeFrame* const frame = list.head;
  list.head = frame->next;
  --list.length;
  return frame;
}

void release(void* memory, std::size_t bytes) noexcept {
  --pool.live;
  const std::size_t index = granules(bytes);
  if (index >= pool.free.size() || pool.free[index].length == most_kept) {
    ::operator delete(memory);
    return;
  }
  FreeList& list = pool.free[index];
  auto* const frame = static_cast<FreeFrame*>(memory);
  frame->next = list.head;
  list.head = frame;
  ++list.length;
}

std::size_t live() noexcept {
  return pool.live;
}

void trim() noexcept {
  pool.trim();
}

}  // namespace ringcat::frame_pool
