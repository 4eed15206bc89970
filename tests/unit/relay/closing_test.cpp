// How sessions end: half-close, -t, -T, errors, stop().

#include <chrono>
#include <thread>

#include "session_test.hpp"

namespace ringcat {
namespace {

using namespace std::chrono_literals;

// A drip is well inside of the limit, all of it well past it.
constexpr Duration limit = 400ms;
constexpr Duration drip_pause = 150ms;
constexpr int drips = 5;

// A session counts from the beginning of the reactor's turn, a test from a little later.
constexpr Duration one_turn = 10ms;

void drip(const Peer& peer) {
  for (int i = 0; i < drips; ++i) {
    std::this_thread::sleep_for(drip_pause);
    peer.send("x");
  }
}

class Closing : public SessionTest {
 protected:
  Duration time_to_relay(SessionEnd expected) {
    const TimePoint begin = now();
    EXPECT_STREQ(name_of(relay()), name_of(expected));
    return now() - begin;
  }
};

TEST_P(Closing, half_close_reaches_the_peer_after_the_last_byte) {
  for (const Wire wire : all_wires) {
    lay(wire, wire);
    left_.peer.send("question");
    left_.peer.end_output();
    std::jthread answering{[this] {
      EXPECT_EQ(text_of(right_.peer.receive_all()), "question");
      right_.peer.send("answer");
      right_.peer.end_output();
    }};
    EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::finished));
    EXPECT_EQ(text_of(left_.peer.receive_all()), "answer");
  }
}

TEST_P(Closing, half_close_goes_from_right_to_left_too) {
  for (const Wire wire : all_wires) {
    lay(Wire::tcp, wire);
    right_.peer.send("banner");
    right_.peer.end_output();
    std::jthread answering{[this] {
      EXPECT_EQ(text_of(left_.peer.receive_all()), "banner");
      left_.peer.send("reply");
      left_.peer.end_output();
    }};
    EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::finished));
    EXPECT_EQ(text_of(right_.peer.receive_all()), "reply");
  }
}

TEST_P(Closing, the_half_close_timeout_ends_a_session_whose_peer_stays_silent) {
  lay(Wire::tcp, Wire::tcp);
  settings_.half_close_timeout = 100ms;
  left_.peer.end_output();
  EXPECT_GE(time_to_relay(SessionEnd::half_close_timeout), 100ms - one_turn);
  EXPECT_TRUE(right_.peer.receive_all().empty());
}

TEST_P(Closing, a_half_close_timeout_of_zero_lets_pass_what_has_come) {
  lay(Wire::tcp, Wire::tcp);
  settings_.half_close_timeout = Duration::zero();
  left_.peer.send("question");
  left_.peer.end_output();
  right_.peer.send("answer");
  EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::half_close_timeout));
  EXPECT_EQ(text_of(left_.peer.receive_all()), "answer");
}

TEST_P(Closing, the_half_close_timeout_counts_from_the_last_byte) {
  lay(Wire::tcp, Wire::tcp);
  settings_.half_close_timeout = limit;
  left_.peer.end_output();
  std::jthread dripping{[this] {
    drip(right_.peer);
    right_.peer.end_output();
  }};
  EXPECT_GE(time_to_relay(SessionEnd::finished), drips * drip_pause);
  EXPECT_EQ(text_of(left_.peer.receive_all()), std::string(drips, 'x'));
}

TEST_P(Closing, the_half_close_timeout_waits_for_the_first_end_of_file) {
  lay(Wire::tcp, Wire::tcp);
  settings_.half_close_timeout = 50ms;
  std::jthread ending{[this] {
    std::this_thread::sleep_for(200ms);
    left_.peer.end_output();
  }};
  EXPECT_GE(time_to_relay(SessionEnd::half_close_timeout), 250ms - one_turn);
}

TEST_P(Closing, the_inactivity_timeout_ends_a_silent_session) {
  lay(Wire::tcp, Wire::tcp);
  settings_.inactivity_timeout = 100ms;
  EXPECT_GE(time_to_relay(SessionEnd::inactivity_timeout), 100ms - one_turn);
}

TEST_P(Closing, the_inactivity_timeout_counts_from_the_last_byte_in_either_direction) {
  lay(Wire::tcp, Wire::tcp);
  settings_.inactivity_timeout = limit;
  std::jthread dripping{[this] { drip(right_.peer); }};
  EXPECT_GE(time_to_relay(SessionEnd::inactivity_timeout), drips * drip_pause + limit - one_turn);
  EXPECT_EQ(text_of(left_.peer.receive_all()), std::string(drips, 'x'));
}

TEST_P(Closing, one_direction_ends_with_its_source) {
  lay(Wire::tcp, Wire::tcp);
  settings_.flow = Flow::left_to_right;
  right_.peer.send("not asked for");
  left_.peer.send("data");
  left_.peer.end_output();
  EXPECT_LT(time_to_relay(SessionEnd::finished), 10s);
  EXPECT_EQ(text_of(right_.peer.receive(4)), "data");
}

TEST_P(Closing, a_target_that_nobody_reads_is_a_write_error) {
  lay(Wire::tcp, Wire::pipes);
  right_.peer = Peer{};
  settings_.flow = Flow::left_to_right;
  left_.peer.send("data");
  EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::write_error));
}

TEST_P(Closing, a_reset_ends_both_directions) {
  lay(Wire::tcp, Wire::tcp);
  right_.peer.reset();
  EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::reset));
  EXPECT_TRUE(left_.peer.receive_all().empty());
}

TEST_P(Closing, a_reset_during_a_transfer_ends_every_lane) {
  const Bytes data = random_bytes(8 << 20, 1);
  for (const LaneChoice lane : all_lanes) {
    lay(Wire::tcp, Wire::tcp);
    settings_.lane = lane;
    std::jthread sending{[&] { left_.peer.send(data); }};
    std::jthread resetting{[this] {
      [[maybe_unused]] const Bytes some = right_.peer.receive(1 << 20);
      right_.peer.reset();
    }};
    const SessionEnd end = relay();
    EXPECT_TRUE(end == SessionEnd::reset || end == SessionEnd::write_error) << name_of(end);
  }
}

TEST_P(Closing, stop_ends_a_transfer_that_is_stuck) {
  const Bytes data = random_bytes(32 << 20, 1);
  for (const LaneChoice lane : all_lanes) {
    for (const Wire wire : all_wires) {
      lay(wire, wire);
      settings_.lane = lane;
      std::jthread sending{[&] { left_.peer.send(data); }};
      std::jthread stopping{[this] {
        std::this_thread::sleep_for(30ms);
        stop_session();
      }};
      EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::stopped));
    }
  }
}

TEST_P(Closing, stop_ends_an_idle_session) {
  lay(Wire::tcp, Wire::unix_stream);
  std::jthread stopping{[this] {
    std::this_thread::sleep_for(30ms);
    stop_session();
  }};
  EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::stopped));
}

TEST_P(Closing, names_are_cleared_away_once_both_descriptors_are_closed) {
  lay(Wire::tcp, Wire::tcp);
  int cleared = 0;
  add_close_action(right_.channel.at_close, [&] { ++cleared; });
  left_.peer.end_output();
  right_.peer.end_output();
  EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::finished));
  EXPECT_EQ(cleared, 1);
}

TEST_P(Closing, shut_none_keeps_the_target_open_until_the_session_ends) {
  lay(Wire::tcp, Wire::tcp);
  right_.channel.end_of_output = EndOfOutput::none;
  settings_.flow = Flow::both;
  left_.peer.send("data");
  left_.peer.end_output();
  std::jthread answering{[this] {
    EXPECT_EQ(text_of(right_.peer.receive(4)), "data");
    right_.peer.send("still open");
    right_.peer.end_output();
  }};
  EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::finished));
  EXPECT_EQ(text_of(left_.peer.receive_all()), "still open");
}

RINGCAT_BOTH_BACKENDS(Closing);

}  // namespace
}  // namespace ringcat
