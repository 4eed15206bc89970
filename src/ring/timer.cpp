#include "ring/timer.hpp"

#include <utility>

namespace ringcat {

Timer::~Timer() {
  if (heap_ != nullptr) heap_->disarm(*this);
}

void TimerHeap::arm(Timer& timer, TimePoint at) {
  if (timer.heap_ == nullptr) {
    timer.heap_ = this;
    timer.index_ = heap_.size();
    heap_.push_back(&timer);
  }
  timer.at_ = at;
  sift_up(timer.index_);
  sift_down(timer.index_);
}

void TimerHeap::disarm(Timer& timer) noexcept {
  if (timer.heap_ == nullptr) return;
  const std::size_t index = timer.index_;
  Timer* const last = heap_.back();
  heap_.pop_back();
  timer.heap_ = nullptr;
  if (last == &timer) return;
  place(index, last);
  sift_up(index);
  sift_down(last->index_);
}

void TimerHeap::fire(TimePoint now) {
  while (!heap_.empty() && next() <= now) {
    Timer& due = *heap_.front();
    disarm(due);
    due.callback_(due);
  }
}

void TimerHeap::fire_all() {
  for (Timer* const timer : heap_) timer->at_ = TimePoint::min();  // a heap of equals is in order
  fire(TimePoint::min());
}

void TimerHeap::place(std::size_t index, Timer* timer) noexcept {
  heap_[index] = timer;
  timer->index_ = index;
}

void TimerHeap::sift_up(std::size_t index) noexcept {
  Timer* const timer = heap_[index];
  while (index > 0) {
    const std::size_t parent = (index - 1) / 2;
    if (heap_[parent]->at_ <= timer->at_) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, timer);
}

void TimerHeap::sift_down(std::size_t index) noexcept {
  Timer* const timer = heap_[index];
  for (;;) {
    std::size_t child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->at_ < heap_[child]->at_) ++child;
    if (timer->at_ <= heap_[child]->at_) break;
    place(index, heap_[child]);
    index = child;
  }
  place(index, timer);
}

}  // namespace ringcat
