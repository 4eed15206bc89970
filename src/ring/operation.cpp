#include "ring/operation.hpp"

#include "ring/reactor.hpp"

namespace ringcat {

Operation::Operation(Reactor& reactor, const Request& request) : request_(request) {
  reactor.start(*this);
}

bool OperationList::remove(Operation& operation) noexcept {
  Operation* before = nullptr;
  for (Operation* at = head_; at != nullptr; before = at, at = at->next) {
    if (at != &operation) continue;
    (before == nullptr ? head_ : before->next) = at->next;
    if (tail_ == at) tail_ = before;
    return true;
  }
  return false;
}

}  // namespace ringcat
