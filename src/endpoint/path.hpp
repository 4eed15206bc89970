// Opening paths without ever blocking the reactor: files, devices, named pipes.
//
// Thread: the reactor's. Refuses: choosing the flags; each kind does.
#pragma once

#include <sys/types.h>

#include <string>

#include "address/spec.hpp"
#include "base/error.hpp"
#include "endpoint/channel.hpp"
#include "endpoint/open.hpp"
#include "ring/task.hpp"

namespace ringcat {

// How a path is opened, beyond what the address's options say.
struct PathPlan {
  const std::string& path;
  int access = 0;                // O_RDONLY, O_WRONLY, O_RDWR
  int flags = 0;                 // O_CREAT, O_APPEND, …
  bool unlink_at_close = false;  // unless `unlink-close` says otherwise
};

// `regular file`, `named pipe`, `character device`, …; `undef` where there is nothing yet.
[[nodiscard]] const char* kind_of_path(const std::string& path);

// Opens by the address's NAMED and open options. A named pipe's other end is waited for, as open(2)
// would, but on the reactor.
[[nodiscard]] Task<Result<Channel>> open_path(OpenContext context, const AddressSpec& spec,
                                              PathPlan plan);

}  // namespace ringcat
