#include "relay/readiness.hpp"

#include <poll.h>

#include "relay/session.hpp"

namespace ringcat {

Task<bool> source_ready(Pump& pump) {
  Operation polling = pump.session().reactor().poll(pump.source_fd(), POLLIN);
  const Pump::InFlight in_flight{pump, &Pump::reading, polling};
  [[maybe_unused]] const int events = co_await polling;
  co_return !pump.session().is_ending();
}

Task<bool> target_ready(Pump& pump) {
  Operation polling = pump.session().reactor().poll(pump.target_fd(), POLLOUT);
  const Pump::InFlight in_flight{pump, &Pump::writing, polling};
  [[maybe_unused]] const int events = co_await polling;
  co_return !pump.session().is_ending();
}

}  // namespace ringcat
