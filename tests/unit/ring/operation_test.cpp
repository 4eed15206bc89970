// The operations of a reactor, their cancellation, and what is left when it shuts down.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "peers.hpp"
#include "reactor_test.hpp"

namespace ringcat {
namespace {

using namespace std::chrono_literals;

class Operations : public ReactorTest {
 protected:
  Task<std::string> receive_text(int socket, std::size_t most = BufferPool::buffer_bytes) {
    const Received got = co_await reactor().receive(socket, most);
    co_return got.result() < 0 ? std::to_string(got.result()) : text_of(got.bytes());
  }
  Task<std::string> read_text(int fd) {
    const Received got = co_await reactor().read(fd);
    co_return got.result() < 0 ? std::to_string(got.result()) : text_of(got.bytes());
  }
  Task<int> send_text(int socket, std::string_view text) {
    const int sent = co_await reactor().send(socket, std::as_bytes(std::span{text}));
    co_return sent;
  }
  Task<int> write_text(int fd, std::string_view text) {
    const int written = co_await reactor().write(fd, std::as_bytes(std::span{text}));
    co_return written;
  }
  Task<int> poll(int fd, short events) {
    const int ready = co_await reactor().poll(fd, events);
    co_return ready;
  }

  // Started, cancelled, awaited.
  Task<int> cancelled_receive(int socket) {
    ReceiveOperation receiving = reactor().receive(socket);
    reactor().cancel(receiving);
    const Received got = co_await receiving;
    co_return got.result();
  }
};

TEST_P(Operations, receive_takes_what_is_there) {
  const auto [near, far] = tcp_pair();
  ASSERT_EQ(::write(far.get(), "hello", 5), 5);
  EXPECT_EQ(await(receive_text(near.get())), "hello");
}

TEST_P(Operations, receive_takes_no_more_than_asked_for) {
  const auto [near, far] = tcp_pair();
  ASSERT_EQ(::write(far.get(), "hello", 5), 5);
  EXPECT_EQ(await(receive_text(near.get(), 2)), "he");
  EXPECT_EQ(await(receive_text(near.get())), "llo");
}

TEST_P(Operations, receive_waits_for_data) {
  const auto [near, far] = tcp_pair();
  const std::jthread sending{[&] {
    std::this_thread::sleep_for(20ms);
    ASSERT_EQ(::write(far.get(), "late", 4), 4);
  }};
  EXPECT_EQ(await(receive_text(near.get())), "late");
}

TEST_P(Operations, receive_gives_nothing_at_end_of_file) {
  auto [near, far] = tcp_pair();
  far.reset();
  EXPECT_EQ(await(receive_text(near.get())), "");
}

TEST_P(Operations, send_arrives) {
  const auto [near, far] = tcp_pair();
  EXPECT_EQ(await(send_text(near.get(), "hello")), 5);
  std::array<char, 5> received{};
  EXPECT_EQ(::read(far.get(), received.data(), received.size()), 5);
  EXPECT_EQ((std::string_view{received.data(), 5}), "hello");
}

TEST_P(Operations, send_to_a_closed_peer_is_an_error_and_no_signal) {
  auto [near, far] = unix_pair();
  far.reset();
  EXPECT_EQ(await(send_text(near.get(), "hello")), -EPIPE);
}

TEST_P(Operations, a_closed_descriptor_is_an_error) {
  EXPECT_EQ(await(send_text(1 << 19, "hello")), -EBADF);
  EXPECT_EQ(await(receive_text(1 << 19)), std::to_string(-EBADF));
}

TEST_P(Operations, poll_says_which_events_hold) {
  const auto [near, far] = tcp_pair();
  EXPECT_EQ(await(poll(near.get(), POLLOUT)) & (POLLIN | POLLOUT), POLLOUT);
  ASSERT_EQ(::write(far.get(), "x", 1), 1);
  EXPECT_EQ(await(poll(near.get(), POLLIN)) & POLLIN, POLLIN);
}

TEST_P(Operations, connect_reaches_a_listener_and_says_when_nobody_listens) {
  UniqueFd listener{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listener.get(), generic, length), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  ASSERT_EQ(::getsockname(listener.get(), generic, &length), 0);
  const auto connect = [&](int socket) -> Task<int> {
    const int result = co_await reactor().connect(socket, generic, length);
    co_return result;
  };
  const UniqueFd first{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  EXPECT_EQ(await(connect(first.get())), 0);
  listener.reset();
  const UniqueFd second{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  EXPECT_EQ(await(connect(second.get())), -ECONNREFUSED);
}

// Standard streams are blocking more often than not.
TEST_P(Operations, a_blocking_pipe_never_blocks_the_reactor) {
  const auto [reads, writes] = pipe_pair();
  const std::jthread writing{[&] {
    std::this_thread::sleep_for(20ms);
    ASSERT_EQ(::write(writes.get(), "late", 4), 4);
  }};
  EXPECT_EQ(await(read_text(reads.get())), "late");
  EXPECT_EQ(await(write_text(writes.get(), "back")), 4);
  EXPECT_EQ(await(read_text(reads.get())), "back");
}

TEST_P(Operations, a_terminal_is_read_and_written) {
  int master = -1;
  int slave = -1;
  ASSERT_EQ(::openpty(&master, &slave, nullptr, nullptr, nullptr), 0);
  const UniqueFd ours{slave};
  const UniqueFd theirs{master};
  const std::jthread typing{[&] {
    std::this_thread::sleep_for(20ms);
    ASSERT_EQ(::write(theirs.get(), "typed\n", 6), 6);
  }};
  EXPECT_EQ(await(read_text(ours.get())), "typed\n");
  EXPECT_EQ(await(write_text(ours.get(), "shown")), 5);
}

TEST_P(Operations, a_regular_file_is_read_and_written_at_its_position) {
  const UniqueFd file{::memfd_create("operations", MFD_CLOEXEC)};
  EXPECT_EQ(await(write_text(file.get(), "first ")), 6);
  EXPECT_EQ(await(write_text(file.get(), "second")), 6);
  ASSERT_EQ(::lseek(file.get(), 6, SEEK_SET), 6);
  EXPECT_EQ(await(read_text(file.get())), "second");
  EXPECT_EQ(await(read_text(file.get())), "");
}

TEST_P(Operations, a_cancelled_receive_says_so_and_takes_no_data) {
  const auto [near, far] = tcp_pair();
  EXPECT_EQ(await(cancelled_receive(near.get())), -ECANCELED);
  ASSERT_EQ(::write(far.get(), "kept", 4), 4);
  EXPECT_EQ(await(receive_text(near.get())), "kept");
}

TEST_P(Operations, cancelling_what_has_completed_changes_nothing) {
  const auto [near, far] = tcp_pair();
  ASSERT_EQ(::write(far.get(), "hello", 5), 5);
  const auto receive_then_cancel = [&]() -> Task<std::string> {
    ReceiveOperation receiving = reactor().receive(near.get());
    while (!receiving.is_done()) co_await sleep_for(reactor(), 1ms);
    reactor().cancel(receiving);
    const Received got = co_await receiving;
    co_return text_of(got.bytes());
  };
  EXPECT_EQ(await(receive_then_cancel()), "hello");
}

TEST_P(Operations, two_of_one_coroutine_are_under_way_side_by_side) {
  const auto [left, far_left] = tcp_pair();
  const auto [right, far_right] = tcp_pair();
  const auto receive_both = [&]() -> Task<std::string> {
    ReceiveOperation from_left = reactor().receive(left.get());
    ReceiveOperation from_right = reactor().receive(right.get());
    EXPECT_EQ(::write(far_right.get(), "right", 5), 5);
    const Received second = co_await from_right;
    EXPECT_EQ(::write(far_left.get(), "left", 4), 4);
    const Received first = co_await from_left;
    co_return text_of(first.bytes()) + text_of(second.bytes());
  };
  EXPECT_EQ(await(receive_both()), "leftright");
}

TEST_P(Operations, a_descriptor_number_that_is_given_out_again_is_the_new_file) {
  auto [first, far] = tcp_pair();
  const int number = first.get();
  EXPECT_EQ(await(cancelled_receive(number)), -ECANCELED);
  first.reset();
  const auto [second, second_far] = tcp_pair();
  const UniqueFd same_number{::dup2(second.get(), number)};
  const std::jthread sending{[&] {
    std::this_thread::sleep_for(10ms);
    ASSERT_EQ(::write(second_far.get(), "new", 3), 3);
  }};
  EXPECT_EQ(await(receive_text(number)), "new");
}

TEST_P(Operations, shutting_down_unwinds_everything_that_waits) {
  const auto [near, far] = tcp_pair();
  int waiting = 2;
  const auto unwound = [&] {
    if (--waiting == 0) reactor().stop();
  };
  const auto wait_for_data = [&]() -> Task<void> {
    const Received got = co_await reactor().receive(near.get());
    EXPECT_EQ(got.result(), -ECANCELED);
    unwound();
  };
  const auto wait_for_time = [&]() -> Task<void> {
    co_await sleep_for(reactor(), 1h);
    unwound();
  };
  wait_for_data().detach();
  wait_for_time().detach();
  reactor().post([this] { reactor().shut_down(); });
  run_within_patience();
  EXPECT_EQ(waiting, 0);
  EXPECT_EQ(await(receive_text(near.get())), std::to_string(-ECANCELED));
}

TEST_P(Operations, receives_starve_without_buffers_and_go_on_when_one_comes_back) {
  BufferPool& pool = reactor().buffers();
  std::vector<std::uint16_t> taken;
  while (!pool.empty() || pool.grow()) taken.push_back(pool.take());
  EXPECT_EQ(pool.capacity(), BufferPool::most_buffers);
  const auto [near, far] = tcp_pair();
  ASSERT_EQ(::write(far.get(), "hello", 5), 5);
  bool starved = false;
  const auto give_back = [&]() -> Task<void> {
    co_await sleep_for(reactor(), 30ms);
    starved = true;
    for (const std::uint16_t id : taken) pool.give_back(id);
  };
  give_back().detach();
  EXPECT_EQ(await(receive_text(near.get())), "hello");
  EXPECT_TRUE(starved);
}

RINGCAT_BOTH_BACKENDS(Operations);

}  // namespace
}  // namespace ringcat
