#include "relay/readiness.hpp"

#include <poll.h>

#include "relay/session.hpp"

namespace ringcat {

Task<bool> source_ready(Direction& direction) {
  Operation polling = direction.session().reactor().poll(direction.source_fd(), POLLIN);
  const Direction::InFlight in_flight{direction.reading, polling};
  [[maybe_unused]] const int events = co_await polling;
  co_return !direction.session().is_ending();
}

Task<bool> target_ready(Direction& direction) {
  Operation polling = direction.session().reactor().poll(direction.target_fd(), POLLOUT);
  const Direction::InFlight in_flight{direction.writing, polling};
  [[maybe_unused]] const int events = co_await polling;
  co_return !direction.session().is_ending();
}

}  // namespace ringcat
