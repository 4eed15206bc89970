// The memory of coroutine frames: per-thread free lists by size, so that a session costs no
// allocator call once the thread is warm.
//
// Thread: a frame is freed on the thread that made it. Refuses: frames past `largest_frame` (they
// go to operator new).
#pragma once

#include <cstddef>

namespace ringcat::frame_pool {

inline constexpr std::size_t granule = 16;  // bytes; frame sizes are rounded up to it
inline constexpr std::size_t largest_frame = 4096;
inline constexpr std::size_t most_kept = 64;  // of one size; what a burst needed beyond goes back

[[nodiscard]] void* allocate(std::size_t bytes);
void release(void* frame, std::size_t bytes) noexcept;

// Frames of this thread that are alive now. Zero after everything ended, or something leaked.
[[nodiscard]] std::size_t live() noexcept;

// Gives the free frames of this thread back to the allocator.
void trim() noexcept;

}  // namespace ringcat::frame_pool
