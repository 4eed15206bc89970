#include "ring/operation.hpp"

#include "ring/reactor.hpp"

namespace ringcat {

Operation::Operation(Reactor& reactor, const Request& request) : request_(request) {
  reactor.start(*this);
}

bool OperationList::remove(Operation& operation) noexcept {
  OperationList others;
  bool found = false;
  while (Operation* const each = pop()) {
    if (each == &operation) {
      found = true;
    } else {
      others.push(*each);
    }
  }
  *this = others;
  return found;
}

}  // namespace ringcat
