// What sessions move: every kind of wire and file, each lane, the limits and conversions on the
// way.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "session_test.hpp"

namespace ringcat {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t bulk_bytes = 4 << 20;

UniqueFd open_device(const char* path) {
  return UniqueFd{::open(path, O_RDWR | O_CLOEXEC)};
}

// An unnamed file with `bytes`, at its beginning.
UniqueFd file_with(std::span<const std::byte> bytes) {
  UniqueFd file{::memfd_create("transfer", MFD_CLOEXEC)};
  EXPECT_EQ(::pwrite(file.get(), bytes.data(), bytes.size(), 0),
            static_cast<ssize_t>(bytes.size()));
  return file;
}

Bytes contents_of(int file) {
  Bytes bytes(static_cast<std::size_t>(::lseek(file, 0, SEEK_END)));
  EXPECT_EQ(::pread(file, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  return bytes;
}

using Transfer = SessionTest;

TEST_P(Transfer, every_wire_and_lane_delivers_both_directions_whole) {
  const Bytes request = random_bytes(bulk_bytes, 1);
  const Bytes answer = random_bytes(bulk_bytes, 2);
  for (const LaneChoice lane : all_lanes) {
    for (const Wire left : all_wires) {
      for (const Wire right : all_wires) {
        lay(left, right);
        settings_.lane = lane;
        Bytes at_left;
        Bytes at_right;
        {
          const std::jthread asking{[&] { left_.peer.send(request), left_.peer.end_output(); }};
          const std::jthread answering{[&] { right_.peer.send(answer), right_.peer.end_output(); }};
          const std::jthread left_listens{[&] { at_left = left_.peer.receive_all(); }};
          const std::jthread right_listens{[&] { at_right = right_.peer.receive_all(); }};
          EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::finished));
        }
        EXPECT_TRUE(at_right == request);
        EXPECT_TRUE(at_left == answer);
      }
    }
  }
}

TEST_P(Transfer, a_file_arrives_whole_on_each_lane) {
  const Bytes data = random_bytes(bulk_bytes + 1, 3);
  settings_.flow = Flow::left_to_right;
  for (const LaneChoice lane : all_lanes) {
    for (const Wire wire : all_wires) {
      lay(wire, wire);
      settings_.lane = lane;
      left_.channel = channel_over(file_with(data));
      Bytes received;
      {
        const std::jthread listening{[&] { received = right_.peer.receive_all(); }};
        EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::finished));
      }
      EXPECT_TRUE(received == data);
    }
  }
}

TEST_P(Transfer, a_file_takes_everything_on_each_lane) {
  const Bytes data = random_bytes(bulk_bytes + 1, 4);
  settings_.flow = Flow::left_to_right;
  for (const LaneChoice lane : all_lanes) {
    for (const Wire wire : all_wires) {
      lay(wire, wire);
      settings_.lane = lane;
      const UniqueFd file = file_with({});
      right_.channel = channel_over(UniqueFd{::dup(file.get())});
      const std::jthread sending{[&] { left_.peer.send(data), left_.peer.end_output(); }};
      EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::finished));
      EXPECT_TRUE(contents_of(file.get()) == data);
    }
  }
}

TEST_P(Transfer, the_read_limit_is_kept_to_the_byte_on_each_lane) {
  const Bytes data = random_bytes(300'000, 5);
  constexpr std::size_t read_limit = 100'001;
  settings_.flow = Flow::left_to_right;
  for (const LaneChoice lane : all_lanes) {
    for (const Wire wire : all_wires) {
      lay(wire, wire);
      settings_.lane = lane;
      left_.channel.read_limit = read_limit;
      const std::jthread sending{[&] { left_.peer.send(data); }};
      Bytes received;
      {
        const std::jthread listening{[&] { received = right_.peer.receive_all(); }};
        EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::finished));
      }
      EXPECT_TRUE(received == Bytes(data.begin(), data.begin() + read_limit));
    }
  }
}

TEST_P(Transfer, blocks_are_no_larger_than_asked_for) {
  lay(Wire::tcp, Wire::tcp);
  settings_.block_bytes = 100;
  left_.peer.send(random_bytes(10'000, 6));
  left_.peer.end_output();
  right_.peer.end_output();
  Session& session = make_session();
  EXPECT_STREQ(name_of(await(session.run())), name_of(SessionEnd::finished));
  EXPECT_EQ(session.counters(0).bytes, 10'000U);
  EXPECT_GE(session.counters(0).transfers, 100U);
}

TEST_P(Transfer, an_ignored_end_of_file_is_looked_at_again) {
  lay(Wire::tcp, Wire::tcp);
  settings_.flow = Flow::left_to_right;
  const UniqueFd file = file_with(bytes_of("first "));
  left_.channel = channel_over(UniqueFd{::dup(file.get())});
  left_.channel.ignore_eof = true;
  const std::jthread growing{[&] {
    EXPECT_EQ(text_of(right_.peer.receive(6)), "first ");
    EXPECT_EQ(::pwrite(file.get(), "second", 6, 6), 6);
    EXPECT_EQ(text_of(right_.peer.receive(6)), "second");
    stop_session();
  }};
  EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::stopped));
}

TEST_P(Transfer, the_escape_character_ends_its_direction) {
  lay(Wire::tcp, Wire::tcp);
  left_.channel.escape = 0x1d;
  left_.peer.send("typed\x1dnot relayed");
  right_.peer.send("answer");
  right_.peer.end_output();
  EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::finished));
  EXPECT_EQ(text_of(right_.peer.receive_all()), "typed");
  EXPECT_EQ(text_of(left_.peer.receive(6)), "answer");
}

TEST_P(Transfer, line_ends_are_converted_in_both_directions) {
  lay(Wire::tcp, Wire::tcp);
  right_.channel.line_ends = LineEnds::crnl;
  left_.peer.send("GET /\n\n");
  left_.peer.end_output();
  right_.peer.send("200\r\n");
  right_.peer.end_output();
  EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::finished));
  EXPECT_EQ(text_of(right_.peer.receive_all()), "GET /\r\n\r\n");
  EXPECT_EQ(text_of(left_.peer.receive_all()), "200\n");
}

// A descriptor that is always ready must not keep the reactor from everything else.
TEST_P(Transfer, an_endless_source_can_be_stopped_on_each_lane) {
  settings_.flow = Flow::left_to_right;
  for (const LaneChoice lane : all_lanes) {
    lay(Wire::tcp, Wire::tcp);
    settings_.lane = lane;
    left_.channel = channel_over(open_device("/dev/zero"));
    right_.channel = channel_over(open_device("/dev/null"));
    const std::jthread stopping{[this] {
      std::this_thread::sleep_for(20ms);
      stop_session();
    }};
    EXPECT_STREQ(name_of(relay()), name_of(SessionEnd::stopped));
  }
}

TEST_P(Transfer, a_direction_changes_to_its_bulk_lane_and_back) {
  const Bytes bulk = random_bytes(bulk_bytes, 7);
  lay(Wire::tcp, Wire::tcp);
  Session& session = make_session();
  const std::jthread talking{[&] {
    for (int round = 0; round < 2; ++round) {
      const std::jthread sending{[&] { left_.peer.send(bulk); }};
      EXPECT_TRUE(right_.peer.receive(bulk_bytes) == bulk);
      for (int i = 0; i < 20; ++i) {
        left_.peer.send("small");
        EXPECT_EQ(text_of(right_.peer.receive(5)), "small");
      }
    }
    left_.peer.end_output();
    right_.peer.end_output();
  }};
  EXPECT_STREQ(name_of(await(session.run())), name_of(SessionEnd::finished));
  EXPECT_GE(session.counters(0).bulk_runs, 2U);
  EXPECT_EQ(session.counters(1).bulk_runs, 0U);
  EXPECT_GE(reactor().pipes().kept(), 1U) << "the pipe was given back";
}

TEST_P(Transfer, small_messages_stay_on_the_copy_lane) {
  lay(Wire::tcp, Wire::tcp);
  Session& session = make_session();
  const std::jthread talking{[&] {
    for (int i = 0; i < 50; ++i) {
      left_.peer.send("ping");
      EXPECT_EQ(text_of(right_.peer.receive(4)), "ping");
    }
    left_.peer.end_output();
    right_.peer.end_output();
  }};
  EXPECT_STREQ(name_of(await(session.run())), name_of(SessionEnd::finished));
  EXPECT_EQ(session.counters(0).bulk_runs, 0U);
  EXPECT_EQ(session.counters(0).transfers, 50U);
}

RINGCAT_BOTH_BACKENDS(Transfer);

}  // namespace
}  // namespace ringcat
