#include "reactor_test.hpp"

#include <csignal>
#include <filesystem>
#include <iterator>

#include "ring/frame_pool.hpp"

namespace ringcat {
namespace {

// Ends what hangs: everything that waits is cancelled, so that the test can go on to fail.
struct Patience : Timer {
  explicit Patience(Reactor& guarded) : Timer(&Patience::lose), reactor(guarded) {}
  static void lose(Timer& timer) {
    Reactor& hanging = static_cast<Patience&>(timer).reactor;
    if (hanging.is_shut_down()) return;  // by the test: that fires every timer
    ADD_FAILURE() << "it hangs";
    hanging.shut_down();
  }
  Reactor& reactor;
};

}  // namespace

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator descriptors{"/proc/self/fd"};
  return static_cast<std::size_t>(std::distance(begin(descriptors), end(descriptors)));
}

ReactorGround::ReactorGround()
    : descriptors_before_(open_descriptors()), frames_before_(frame_pool::live()) {
  ::signal(SIGPIPE, SIG_IGN);  // as the program does
}

// Empties the pool: only for the end.
std::size_t ReactorGround::buffers_held() {
  BufferPool& pool = reactor_->buffers();
  std::size_t held = pool.capacity();
  for (; !pool.empty(); --held) [[maybe_unused]]
    const std::uint16_t id = pool.take();
  return held;
}

bool ReactorGround::make_reactor(BackendChoice choice, ReactorSettings settings) {
  const Result<Features> features = probe_features(choice);
  if (!features) return false;
  auto made = Reactor::create(*features, std::move(settings));
  EXPECT_TRUE(made) << made.error().message;
  reactor_ = std::move(*made);
  return true;
}

void ReactorGround::run_within_patience() {
  Patience guard{*reactor_};
  reactor_->arm(guard, patience);
  reactor_->run();
}

void ReactorGround::end_reactor() {
  EXPECT_LE(buffers_held(), published_buffers) << "a buffer leaked";
  reactor_.reset();
  EXPECT_EQ(open_descriptors(), descriptors_before_) << "a descriptor leaked";
  EXPECT_EQ(frame_pool::live(), frames_before_) << "a coroutine frame leaked";
}

void ReactorGround::TearDown() {
  if (reactor_) end_reactor();
}

void ReactorTest::SetUp() {
  if (!make_reactor(GetParam(), settings())) GTEST_SKIP() << "this kernel has no io_uring for us";
}

}  // namespace ringcat
