#include "ring/timer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <random>
#include <thread>
#include <vector>

#include "peers.hpp"
#include "reactor_test.hpp"

namespace ringcat {
namespace {

using namespace std::chrono_literals;

TimePoint at(int moment) {
  return TimePoint{Duration{moment}};
}

// Notes when it fired; may then do something more.
struct Noting : Timer {
  Noting(std::vector<int>& into, int what) : Timer(&Noting::note), fired(into), number(what) {}
  static void note(Timer& timer) {
    auto& self = static_cast<Noting&>(timer);
    self.fired.push_back(self.number);
    if (self.then) self.then();
  }
  std::vector<int>& fired;
  int number;
  std::function<void()> then;
};

TEST(TimerHeap, fires_in_the_order_of_time_whatever_the_order_of_arming) {
  TimerHeap heap;
  std::vector<int> fired;
  std::deque<Noting> timers;
  std::vector<int> moments(200);
  for (int i = 0; i < 200; ++i) moments[static_cast<std::size_t>(i)] = i;
  std::ranges::shuffle(moments, std::mt19937{1});
  for (const int moment : moments) heap.arm(timers.emplace_back(fired, moment), at(moment));
  heap.fire(at(99));
  EXPECT_EQ(fired.size(), 100U);
  EXPECT_TRUE(std::ranges::is_sorted(fired));
  heap.fire(at(1000));
  EXPECT_EQ(fired.size(), 200U);
  EXPECT_TRUE(std::ranges::is_sorted(fired));
  EXPECT_TRUE(heap.empty());
}

TEST(TimerHeap, arming_again_moves_a_timer) {
  TimerHeap heap;
  std::vector<int> fired;
  Noting first{fired, 1};
  Noting second{fired, 2};
  heap.arm(first, at(10));
  heap.arm(second, at(20));
  heap.arm(first, at(30));
  EXPECT_EQ(heap.next(), at(20));
  heap.fire(at(100));
  EXPECT_EQ(fired, (std::vector{2, 1}));
}

TEST(TimerHeap, a_callback_may_disarm_and_arm_others_and_itself) {
  TimerHeap heap;
  std::vector<int> fired;
  Noting first{fired, 1};
  Noting never{fired, 2};
  Noting late{fired, 3};
  first.then = [&] {
    heap.disarm(never);
    heap.arm(late, at(15));
    if (fired.size() == 1) heap.arm(first, at(12));
  };
  heap.arm(first, at(10));
  heap.arm(never, at(11));
  heap.fire(at(15));
  EXPECT_EQ(fired, (std::vector{1, 1, 3}));
}

TEST(TimerHeap, a_timer_that_goes_disarms_itself) {
  TimerHeap heap;
  std::vector<int> fired;
  Noting stays{fired, 1};
  {
    Noting goes{fired, 2};
    heap.arm(goes, at(1));
    heap.arm(stays, at(2));
  }
  heap.fire(at(10));
  EXPECT_EQ(fired, std::vector{1});
}

TEST(TimerHeap, fires_all_whatever_the_time) {
  TimerHeap heap;
  std::vector<int> fired;
  std::deque<Noting> timers;
  for (int i = 0; i < 50; ++i) heap.arm(timers.emplace_back(fired, i), at(1'000'000 - i));
  heap.fire_all();
  EXPECT_EQ(fired.size(), 50U);
  EXPECT_TRUE(heap.empty());
}

TEST(TimerHeap, keeps_its_order_through_random_use) {
  TimerHeap heap;
  std::vector<int> fired;
  std::deque<Noting> timers;
  std::mt19937 random{7};
  for (int i = 0; i < 100; ++i) timers.emplace_back(fired, i);
  for (int step = 0; step < 10'000; ++step) {
    Noting& timer = timers[random() % timers.size()];
    timer.number = static_cast<int>(random() % 1000);
    random() % 4 == 0 ? heap.disarm(timer) : heap.arm(timer, at(timer.number));
  }
  heap.fire(at(1000));
  EXPECT_TRUE(heap.empty());
  EXPECT_TRUE(std::ranges::is_sorted(fired));
}

using Time = ReactorTest;

TEST_P(Time, a_sleep_is_no_shorter_than_asked_for) {
  const auto sleep = [this]() -> Task<void> { co_await sleep_for(reactor(), 30ms); };
  const TimePoint begin = now();
  await(sleep());
  EXPECT_GE(now() - begin, 30ms);
}

TEST_P(Time, a_deadline_cancels_what_takes_too_long) {
  const auto [near, far] = tcp_pair();
  const auto receive = [&]() -> Task<int> {
    ReceiveOperation receiving = reactor().receive(near.get());
    const Deadline deadline{reactor(), 20ms, receiving};
    const Received got = co_await receiving;
    EXPECT_TRUE(deadline.expired());
    co_return got.result();
  };
  EXPECT_EQ(await(receive()), -ECANCELED);
}

TEST_P(Time, a_deadline_that_is_kept_does_nothing) {
  const auto [near, far] = tcp_pair();
  ASSERT_EQ(::write(far.get(), "hello", 5), 5);
  const auto receive = [&]() -> Task<int> {
    ReceiveOperation receiving = reactor().receive(near.get());
    const Deadline deadline{reactor(), 1h, receiving};
    const Received got = co_await receiving;
    EXPECT_FALSE(deadline.expired());
    co_return got.result();
  };
  EXPECT_EQ(await(receive()), 5);
}

TEST_P(Time, posts_of_other_threads_run_here_each_thread_s_in_order) {
  constexpr int threads = 4;
  constexpr int posts = 1000;
  std::array<std::vector<int>, threads> seen;
  int in_all = 0;
  std::vector<std::jthread> posting;
  for (std::size_t thread = 0; thread < threads; ++thread) {
    posting.emplace_back([&, thread] {
      for (int i = 0; i < posts; ++i) {
        reactor().post([&, thread, i] {
          seen[thread].push_back(i);
          if (++in_all == threads * posts) reactor().stop();
        });
      }
    });
  }
  run_within_patience();
  for (const std::vector<int>& numbers : seen) {
    EXPECT_EQ(numbers.size(), static_cast<std::size_t>(posts));
    EXPECT_TRUE(std::ranges::is_sorted(numbers));
  }
}

RINGCAT_BOTH_BACKENDS(Time);

}  // namespace
}  // namespace ringcat
