// PipePool: the pipes through which a reactor splices. A direction holds one only while there are
// bytes in it.
//
// An unprivileged user may hold 64 pipes of 1 MiB (pipe-user-pages-soft); past that the kernel
// makes them one or two pages small, and acquire() gives none rather than a slow one. Thread: the
// reactor's.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/unique_fd.hpp"

namespace ringcat {

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
  std::size_t capacity = 0;  // bytes
};

class PipePool {
 public:
  static constexpr std::size_t wanted_bytes = 1024 * 1024;
  static constexpr std::size_t least_bytes = 64 * 1024;
  static constexpr std::size_t most_kept = 16;

  // An empty pipe, or nothing where the system gives none that is worth having.
  [[nodiscard]] std::optional<Pipe> acquire();

  // Takes an empty pipe back. One that still holds bytes must be destroyed instead.
  void release(Pipe pipe);

  [[nodiscard]] std::size_t kept() const noexcept { return free_.size(); }

 private:
  std::vector<Pipe> free_;
};

}  // namespace ringcat
