#include "ring/completions.hpp"

#include <cerrno>

namespace ringcat {

void Completions::complete(Operation& operation, int result) noexcept {
  const bool may_retry = !operation.is_cancelled();
  switch (result) {
    case -EAGAIN:
    case -EINTR:
      if (may_retry) return not_ready.push(operation);
      result = -ECANCELED;
      break;
    case -ENOBUFS:
    case -ENOMEM:
      if (may_retry) {
        ++starved_count;
        return starved.push(operation);
      }
      result = -ECANCELED;
      break;
    default:
      break;
  }
  ++count;
  if (operation.finish(result)) ready.push(operation);
}

}  // namespace ringcat
