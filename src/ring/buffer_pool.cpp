#include "ring/buffer_pool.hpp"

#include <sys/mman.h>

namespace ringcat {
namespace {

constexpr std::size_t slab_bytes = BufferPool::slab_buffers * BufferPool::buffer_bytes;

}  // namespace

BufferPool::~BufferPool() {
  for (std::byte* const slab : slabs_) ::munmap(slab, slab_bytes);
}

std::uint16_t BufferPool::take() noexcept {
  const std::uint16_t id = free_.back();
  free_.pop_back();
  return id;
}

bool BufferPool::grow() {
  if (capacity() + slab_buffers > most_buffers) return false;
  void* const slab =
      ::mmap(nullptr, slab_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (slab == MAP_FAILED) return false;
  const std::size_t first = capacity();
  slabs_.push_back(static_cast<std::byte*>(slab));
  free_.reserve(capacity());
  for (std::size_t i = slab_buffers; i > 0; --i) {
    free_.push_back(static_cast<std::uint16_t>(first + i - 1));
  }
  return true;
}

}  // namespace ringcat
