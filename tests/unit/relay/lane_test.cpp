#include "relay/lane.hpp"

#include <gtest/gtest.h>

#include <array>

namespace ringcat {
namespace {

using enum FdKind;
constexpr std::array kinds{stream_socket, datagram_socket, pipe, terminal, regular_file, device};

using LaneRow = std::array<Lane, kinds.size()>;
using LaneTable = std::array<LaneRow, kinds.size()>;

constexpr Lane copy = Lane::copy;
constexpr Lane large = Lane::large_copy;
constexpr Lane direct = Lane::splice_direct;
constexpr Lane pooled = Lane::splice_pooled;

// Rows are sources, columns targets, both in the order of `kinds`.
constexpr LaneTable spliced{{
    {pooled, copy, direct, copy, pooled, pooled},  // stream socket
    {copy, copy, copy, copy, copy, copy},          // datagram socket
    {direct, copy, direct, copy, direct, direct},  // pipe
    {copy, copy, copy, copy, copy, copy},          // terminal
    {pooled, copy, direct, copy, pooled, pooled},  // regular file
    {pooled, copy, direct, copy, pooled, pooled},  // device
}};
constexpr LaneTable copied{{
    {large, copy, copy, copy, copy, copy},
    {copy, copy, copy, copy, copy, copy},
    {copy, copy, copy, copy, copy, copy},
    {copy, copy, copy, copy, copy, copy},
    {copy, copy, copy, copy, copy, copy},
    {copy, copy, copy, copy, copy, copy},
}};

FdTraits nonblocking(FdKind kind) {
  return {.kind = kind, .nonblocking = true};
}

void expect_table(const LaneTable& table, LaneChoice choice) {
  for (std::size_t from = 0; from < kinds.size(); ++from) {
    for (std::size_t to = 0; to < kinds.size(); ++to) {
      const Lane lane = choose_lane(nonblocking(kinds[from]), nonblocking(kinds[to]), choice);
      EXPECT_EQ(lane, table[from][to]) << "from " << from << " to " << to;
    }
  }
}

TEST(ChooseLane, splices_where_the_kernel_can) {
  expect_table(spliced, LaneChoice::adaptive);
  expect_table(spliced, LaneChoice::splice);
}

TEST(ChooseLane, splices_nothing_where_copying_is_asked_for) {
  expect_table(copied, LaneChoice::copy);
}

TEST(ChooseLane, never_splices_from_or_to_a_blocking_socket) {
  const FdTraits blocking{.kind = stream_socket, .nonblocking = false};
  const FdTraits other = nonblocking(stream_socket);
  EXPECT_EQ(choose_lane(blocking, other, LaneChoice::splice), Lane::large_copy);
  EXPECT_EQ(choose_lane(other, blocking, LaneChoice::splice), Lane::large_copy);
  EXPECT_EQ(choose_lane(blocking, nonblocking(pipe), LaneChoice::splice), Lane::copy);
}

TEST(ChooseLane, never_splices_to_a_target_that_appends) {
  for (const FdKind kind : {pipe, regular_file, device}) {
    const FdTraits appending{.kind = kind, .nonblocking = true, .appending = true};
    EXPECT_EQ(choose_lane(nonblocking(stream_socket), appending, LaneChoice::splice), Lane::copy);
  }
}

TEST(ChooseLane, takes_from_a_source_that_appends) {
  const FdTraits appending{.kind = regular_file, .appending = true};
  EXPECT_EQ(choose_lane(appending, nonblocking(pipe), LaneChoice::adaptive), Lane::splice_direct);
}

}  // namespace
}  // namespace ringcat
