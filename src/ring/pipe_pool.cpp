#include "ring/pipe_pool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <initializer_list>
#include <utility>

namespace ringcat {
namespace {

// The largest size the kernel grants, in bytes.
std::size_t enlarge(int pipe_fd) {
  for (const std::size_t bytes : {PipePool::wanted_bytes, std::size_t{256 * 1024}}) {
    const int granted = ::fcntl(pipe_fd, F_SETPIPE_SZ, static_cast<int>(bytes));
    if (granted > 0) return static_cast<std::size_t>(granted);
  }
  const int as_made = ::fcntl(pipe_fd, F_GETPIPE_SZ);
  return as_made > 0 ? static_cast<std::size_t>(as_made) : 0;
}

}  // namespace

std::optional<Pipe> PipePool::acquire() {
  if (!free_.empty()) {
    Pipe pipe = std::move(free_.back());
    free_.pop_back();
    return pipe;
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return std::nullopt;
  Pipe pipe{UniqueFd{ends[0]}, UniqueFd{ends[1]}, 0};
  pipe.capacity = enlarge(ends[1]);
  if (pipe.capacity < least_bytes) return std::nullopt;
  return pipe;
}

void PipePool::release(Pipe pipe) {
  if (free_.size() < most_kept) free_.push_back(std::move(pipe));
}

}  // namespace ringcat
