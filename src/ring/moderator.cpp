#include "ring/moderator.hpp"

namespace ringcat {

Moderator::Level::Level() noexcept : Timer(&Level::fire) {}

void Moderator::Level::fire(Timer& timer) {
  auto& self = static_cast<Level&>(timer);
  self.resumed.swap(self.waiting);
  for (const std::coroutine_handle<> waiter : self.resumed) waiter.resume();
  self.resumed.clear();
}

Moderator::Moderator(TimerHeap& timers) noexcept : timers_(timers) {}

void Moderator::add(std::coroutine_handle<> waiter, std::size_t pace) {
  Level& level = levels_[pace];
  level.waiting.push_back(waiter);
  if (level.is_armed()) return;
  const Duration interval = base_interval * (1U << pace);
  const Duration since_epoch = now().time_since_epoch();
  timers_.arm(level, TimePoint{(since_epoch / interval + 1) * interval});
}

}  // namespace ringcat
