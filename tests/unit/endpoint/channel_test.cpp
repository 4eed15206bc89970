#include "endpoint/channel.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace ringcat {
namespace {

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0;
}

std::pair<Channel, std::array<int, 2>> pipe_channel() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  Channel channel;
  channel.fd = UniqueFd{ends[0]};
  channel.write_fd = UniqueFd{ends[1]};
  return {std::move(channel), ends};
}

TEST(Channel, closes_its_descriptors_before_it_runs_its_action) {
  auto [channel, ends] = pipe_channel();
  bool was_open = true;
  add_close_action(channel.at_close, [&, fd = ends[0]] { was_open = is_open(fd); });
  channel.close();
  EXPECT_FALSE(was_open);
  EXPECT_FALSE(is_open(ends[1]));
}

TEST(Channel, runs_its_actions_once_and_in_order) {
  std::string order;
  {
    Channel channel;
    add_close_action(channel.at_close, [&] { order += "a"; });
    add_close_action(channel.at_close, [&] { order += "b"; });
    Channel moved = std::move(channel);
    moved.close();
  }
  EXPECT_EQ(order, "ab");
}

TEST(Channel, lets_go_of_borrowed_descriptors) {
  const auto ends = [] {
    auto [channel, fds] = pipe_channel();
    channel.borrowed = true;
    return fds;
  }();
  EXPECT_TRUE(is_open(ends[0]));
  EXPECT_TRUE(is_open(ends[1]));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Channel, closes_what_it_had_when_another_is_assigned) {
  auto [channel, ends] = pipe_channel();
  channel = Channel{};
  EXPECT_FALSE(is_open(ends[0]));
}

TEST(FdTraits, tell_sockets_pipes_devices_and_files_apart) {
  auto [pipe, ends] = pipe_channel();
  EXPECT_EQ(traits_of(ends[0]).kind, FdKind::pipe);
  EXPECT_FALSE(traits_of(ends[0]).nonblocking);
  const UniqueFd device{::open("/dev/null", O_RDWR | O_CLOEXEC | O_NONBLOCK)};
  EXPECT_EQ(traits_of(device.get()).kind, FdKind::device);
  EXPECT_TRUE(traits_of(device.get()).nonblocking);
  const UniqueFd file{::open("/tmp", O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600)};
  EXPECT_EQ(traits_of(file.get()).kind, FdKind::regular_file);
  EXPECT_TRUE(traits_of(file.get()).appending);
  const UniqueFd tcp{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  EXPECT_TRUE(traits_of(tcp.get()).tcp);
  const UniqueFd packets{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};
  EXPECT_EQ(traits_of(packets.get()).kind, FdKind::datagram_socket);
  EXPECT_FALSE(traits_of(packets.get()).tcp);
  const UniqueFd terminal{::open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)};
  EXPECT_EQ(traits_of(terminal.get()).kind, FdKind::terminal);
}

}  // namespace
}  // namespace ringcat
