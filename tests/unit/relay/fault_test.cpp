// Sessions over a backend that misbehaves. Each test is one seed: what is relayed between what, on
// which lane, and which faults are injected when, all follow from it.

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "faulty_backend.hpp"
#include "peers.hpp"
#include "reactor_test.hpp"
#include "relay/session.hpp"

namespace ringcat {
namespace {

constexpr std::size_t most_bytes = 768 * 1024;

// One of the values, by chance.
template <typename T, std::size_t count>
T pick(std::mt19937_64& random, const std::array<T, count>& values) {
  return values[random() % count];
}

struct Scene {
  explicit Scene(std::uint64_t seed);

  BackendChoice backend;
  Wire left;
  Wire right;
  SessionSettings session;
  FaultPlan faults;
  Bytes request;
  Bytes answer;
};

Scene::Scene(std::uint64_t seed) {
  std::mt19937_64 random{seed};
  backend = pick(random, std::array{BackendChoice::io_uring, BackendChoice::epoll});
  constexpr std::array wires{Wire::tcp, Wire::unix_stream, Wire::pipes};
  left = pick(random, wires);
  right = pick(random, wires);
  session.lane =
      pick(random, std::array{LaneChoice::adaptive, LaneChoice::copy, LaneChoice::splice});
  session.half_close_timeout = std::chrono::minutes{1};
  faults.seed = random();
  faults.rarity(Fault::shortened) = pick(random, std::array{0U, 2U, 4U});
  faults.most_shortened = pick(random, std::array<std::size_t, 3>{2000, 20'000, 100'000});
  faults.rarity(Fault::not_ready) = pick(random, std::array{0U, 2U, 5U});
  faults.rarity(Fault::out_of_memory) = pick(random, std::array{0U, 0U, 50U});
  faults.rarity(Fault::splice_refused) = pick(random, std::array{0U, 0U, 20U});
  faults.rarity(Fault::started_late) = pick(random, std::array{0U, 4U});
  faults.rarity(Fault::completed_late) = pick(random, std::array{0U, 3U});
  faults.rarity(Fault::cancelled_late) = pick(random, std::array{0U, 2U});
  request = random_bytes(random() % most_bytes, random());
  answer = random_bytes(random() % most_bytes, random());
}

// The two peers, each on threads of its own.
class Conversation {
 public:
  Conversation(Peer& left, Peer& right, const Scene& scene)
      : asking_([&] { say(left, scene.request); }),
        answering_([&] { say(right, scene.answer); }),
        left_listens_([&] { at_left_ = left.receive_all(); }),
        right_listens_([&] { at_right_ = right.receive_all(); }) {}

  void end() {
    for (std::jthread* thread : {&asking_, &answering_, &left_listens_, &right_listens_}) {
      thread->join();
    }
  }
  [[nodiscard]] const Bytes& at_left() const { return at_left_; }
  [[nodiscard]] const Bytes& at_right() const { return at_right_; }

 private:
  static void say(Peer& peer, const Bytes& bytes) {
    peer.send(bytes);
    peer.end_output();
  }

  Bytes at_left_;
  Bytes at_right_;
  std::jthread asking_;
  std::jthread answering_;
  std::jthread left_listens_;
  std::jthread right_listens_;
};

// Makes a scene's reactor and its session, and promises that nothing is left of them.
class SeededTest : public ReactorGround, public testing::WithParamInterface<std::uint64_t> {
 protected:
  void SetUp() override {
    ReactorSettings settings;
    settings.wrap_backend = with_faults(scene_.faults, injected_);
    if (!make_reactor(scene_.backend, settings)) GTEST_SKIP() << "this kernel has no io_uring";
  }

  Scene scene_{GetParam()};
  FaultCounts injected_{};
};

class Faults : public SeededTest {
 protected:
  void TearDown() override {
    SeededTest::TearDown();
    ++seeds_;
    for (std::size_t i = 0; i < fault_count; ++i) in_all_[i] += injected_[i];
  }

  // A shard, or all: every fault of a session's life must have been among them.
  static void TearDownTestSuite() {
    constexpr unsigned seeds_of_a_shard = 200;
    constexpr std::uint64_t enough = 20;
    if (seeds_ < seeds_of_a_shard) return;
    for (std::size_t i = 0; i < fault_count; ++i) {
      if (i != static_cast<std::size_t>(Fault::accept_refused)) {
        EXPECT_GE(in_all_[i], enough) << "fault " << i;
      }
    }
  }

 private:
  static inline unsigned seeds_ = 0;
  static inline FaultCounts in_all_{};
};

TEST_P(Faults, change_no_byte_and_leak_nothing) {
  WireEnd left = make_wire(scene_.left);
  WireEnd right = make_wire(scene_.right);
  Session session{reactor(), std::move(left.channel), std::move(right.channel), scene_.session};
  Conversation conversation{left.peer, right.peer, scene_};
  const SessionEnd end = await(session.run());
  conversation.end();
  EXPECT_STREQ(name_of(end), name_of(SessionEnd::finished));
  EXPECT_TRUE(conversation.at_right() == scene_.request);
  EXPECT_TRUE(conversation.at_left() == scene_.answer);
  EXPECT_EQ(session.counters(0).bytes, scene_.request.size());
  EXPECT_EQ(session.counters(1).bytes, scene_.answer.size());
}

// The seed is part of the name, so that a finding can be run again.
INSTANTIATE_TEST_SUITE_P(Seeds, Faults, testing::Range<std::uint64_t>(0, 1000));

using FaultsAtStop = SeededTest;

// The peers talk and never end; only stop() does.
TEST_P(FaultsAtStop, keep_no_session_alive) {
  WireEnd left = make_wire(scene_.left);
  WireEnd right = make_wire(scene_.right);
  Session session{reactor(), std::move(left.channel), std::move(right.channel), scene_.session};
  const std::jthread asking{[&] { left.peer.send(scene_.request); }};
  const std::jthread answering{[&] { right.peer.send(scene_.answer); }};
  const std::jthread stopping{[&] {
    std::this_thread::sleep_for(std::chrono::microseconds{GetParam() * 20});
    reactor().post([&] { session.stop(); });
  }};
  const SessionEnd end = await(session.run());
  EXPECT_STREQ(name_of(end), name_of(SessionEnd::stopped));
}

INSTANTIATE_TEST_SUITE_P(Seeds, FaultsAtStop, testing::Range<std::uint64_t>(0, 200));

}  // namespace
}  // namespace ringcat
