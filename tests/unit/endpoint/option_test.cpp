#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "address/table.hpp"
#include "endpoint/fd_options.hpp"
#include "endpoint/process_options.hpp"
#include "endpoint/socket_options.hpp"
#include "endpoint_test.hpp"

namespace ringcat {
namespace {

// Options that are no row of a table: each kind that has them reads them by itself, and the tests
// of that kind hold it to that.
constexpr std::array read_by_kinds{OptionId::bind,
                                   OptionId::connect_timeout,
                                   OptionId::protocol_family,
                                   OptionId::so_type,
                                   OptionId::so_protocol,
                                   OptionId::backlog,
                                   OptionId::accept_timeout,
                                   OptionId::fork,
                                   OptionId::max_children,
                                   OptionId::range,
                                   OptionId::retry,
                                   OptionId::interval,
                                   OptionId::forever,
                                   OptionId::unix_tightsocklen,
                                   OptionId::unix_bind_tempname,
                                   OptionId::sourceport,
                                   OptionId::lowport,
                                   OptionId::unlink,
                                   OptionId::unlink_early,
                                   OptionId::unlink_late,
                                   OptionId::unlink_close,
                                   OptionId::user_early,
                                   OptionId::group_early,
                                   OptionId::perm_early,
                                   OptionId::umask};

bool is_handled(OptionId id) {
  const auto rows = socket_options();
  return std::ranges::find(rows, id, &SocketOption::id) != rows.end() || is_numbered_option(id) ||
         is_fd_option(id) || is_open_flag(id) || is_channel_option(id) || is_process_option(id) ||
         std::ranges::find(read_by_kinds, id) != read_by_kinds.end();
}

TEST(Options, every_implemented_option_takes_effect_somewhere) {
  for (const OptionInfo& option : all_options())
    if (option.status == Status::now) EXPECT_TRUE(is_handled(option.id)) << option.name;
}

TEST(Options, nothing_is_handled_that_the_table_says_is_missing) {
  for (const OptionInfo& option : all_options())
    if (option.status == Status::later) EXPECT_FALSE(is_handled(option.id)) << option.name;
}

class OptionTest : public EndpointTest {
 protected:
  Result<Channel> accept(const Listener& listener) {
    return listener.admit(
        UniqueFd{::accept4(listener.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)});
  }
};

TEST_P(OptionTest, every_implemented_kind_opens_or_says_why_not) {
  for (const KindInfo& kind : all_kinds()) {
    if (kind.status != Status::now) continue;
    AddressSpec empty;
    empty.kind = kind.id;
    empty.text = kind.name;
    empty.parameters = {"no-such.invalid", "1"};
    OpenContext served = context(Direction::write);
    served.served = true;
    const auto channel = listens(empty) ? Result<Channel>{} : await(open_channel(served, empty));
    if (!channel)
      EXPECT_EQ(channel.error().message.find("not in this version"), std::string::npos)
          << kind.name;
  }
  std::filesystem::remove("no-such.invalid");
}

struct Setting {
  const char* option;
  int level;
  int name;
  int expected;
};

constexpr auto settings = std::to_array<Setting>({
    {"keepalive", SOL_SOCKET, SO_KEEPALIVE, 1},
    {"keepidle=11", IPPROTO_TCP, TCP_KEEPIDLE, 11},
    {"keepintvl=12", IPPROTO_TCP, TCP_KEEPINTVL, 12},
    {"keepcnt=5", IPPROTO_TCP, TCP_KEEPCNT, 5},
    {"user-timeout=1300", IPPROTO_TCP, TCP_USER_TIMEOUT, 1300},
    {"linger2=7", IPPROTO_TCP, TCP_LINGER2, 7},
    {"syncnt=3", IPPROTO_TCP, TCP_SYNCNT, 3},
    {"cork", IPPROTO_TCP, TCP_CORK, 1},
    {"nodelay", IPPROTO_TCP, TCP_NODELAY, 1},
    {"tos=16", IPPROTO_IP, IP_TOS, 16},
    {"ttl=9", IPPROTO_IP, IP_TTL, 9},
    {"mtudiscover=1", IPPROTO_IP, IP_MTU_DISCOVER, 1},
    {"freebind", IPPROTO_IP, IP_FREEBIND, 1},
    {"priority=4", SOL_SOCKET, SO_PRIORITY, 4},
    {"oobinline", SOL_SOCKET, SO_OOBINLINE, 1},
    {"dontroute", SOL_SOCKET, SO_DONTROUTE, 1},
    {"broadcast", SOL_SOCKET, SO_BROADCAST, 1},
    {"rcvbuf=20000", SOL_SOCKET, SO_RCVBUF, 40000},
    {"sndbuf=20000", SOL_SOCKET, SO_SNDBUF, 40000},
    {"rcvbuf-late=20000", SOL_SOCKET, SO_RCVBUF, 40000},
    {"sndbuf-late=20000", SOL_SOCKET, SO_SNDBUF, 40000},
    {"rcvlowat=5", SOL_SOCKET, SO_RCVLOWAT, 5},
    {"quickack=0", IPPROTO_TCP, TCP_QUICKACK, 0},
    {"setsockopt-int=1:9:1", SOL_SOCKET, SO_KEEPALIVE, 1},
    {"setsockopt=1:9:i1", SOL_SOCKET, SO_KEEPALIVE, 1},
    {"setsockopt-socket=1:9:x01000000", SOL_SOCKET, SO_KEEPALIVE, 1},
});

TEST_P(OptionTest, a_client_socket_has_each_option_it_was_given) {
  const auto server = listen("TCP4-LISTEN:0,bind=127.0.0.1,fork");
  for (const Setting& each : settings) {
    const auto client = open("TCP4:127.0.0.1:" + port_of(*server) + "," + each.option);
    ASSERT_TRUE(client) << client.error().message;
    EXPECT_EQ(option_of(client->fd.get(), each.level, each.name), each.expected) << each.option;
  }
}

TEST_P(OptionTest, an_accepted_socket_has_each_option_its_listener_was_given) {
  for (const Setting& each : settings) {
    const auto server = listen("TCP4-LISTEN:0,bind=127.0.0.1,fork," + std::string{each.option});
    ASSERT_TRUE(server) << server.error().message;
    const auto client = open("TCP4:127.0.0.1:" + port_of(*server));
    const auto accepted = accept(*server);
    ASSERT_TRUE(accepted) << accepted.error().message;
    EXPECT_EQ(option_of(accepted->fd.get(), each.level, each.name), each.expected) << each.option;
  }
}

TEST_P(OptionTest, an_accepted_unix_socket_has_its_listeners_buffers) {
  const auto server = listen("UNIX-LISTEN:" + path("s") + ",sndbuf=20000");
  const auto client = open("UNIX-CONNECT:" + path("s"));
  const auto accepted = accept(*server);
  ASSERT_TRUE(accepted);
  EXPECT_EQ(option_of(accepted->fd.get(), SOL_SOCKET, SO_SNDBUF), 40000);
}

TEST_P(OptionTest, linger_carries_its_seconds) {
  const auto server = listen("TCP4-LISTEN:0,bind=127.0.0.1,fork");
  const auto client = open("TCP4:127.0.0.1:" + port_of(*server) + ",linger=5");
  ASSERT_TRUE(client);
  linger value{};
  socklen_t length = sizeof(value);
  ASSERT_EQ(::getsockopt(client->fd.get(), SOL_SOCKET, SO_LINGER, &value, &length), 0);
  EXPECT_EQ(value.l_onoff, 1);
  EXPECT_EQ(value.l_linger, 5);
}

TEST_P(OptionTest, reuseaddr_is_on_for_listeners_unless_turned_off) {
  const auto on = listen("TCP4-LISTEN:0,bind=127.0.0.1");
  const auto off = listen("TCP4-LISTEN:0,bind=127.0.0.1,reuseaddr=0");
  EXPECT_EQ(option_of(on->fd.get(), SOL_SOCKET, SO_REUSEADDR), 1);
  EXPECT_EQ(option_of(off->fd.get(), SOL_SOCKET, SO_REUSEADDR), 0);
  const auto shared = listen("TCP4-LISTEN:0,bind=127.0.0.1,reuseport,defer-accept=3");
  EXPECT_EQ(option_of(shared->fd.get(), SOL_SOCKET, SO_REUSEPORT), 1);
  EXPECT_GT(option_of(shared->fd.get(), IPPROTO_TCP, TCP_DEFER_ACCEPT), 0);
}

TEST_P(OptionTest, a_device_that_does_not_exist_is_named_in_the_error) {
  const auto client = open("TCP4:127.0.0.1:1,so-bindtodevice=no-such-device");
  ASSERT_FALSE(client);
  EXPECT_NE(client.error().message.find("option so-bindtodevice: No such device"),
            std::string::npos)
      << client.error().message;
  const auto loopback = listen("TCP4-LISTEN:0,bind=127.0.0.1,so-bindtodevice=lo");
  EXPECT_TRUE(loopback) << loopback.error().message;
}

TEST_P(OptionTest, an_ipv6_socket_takes_tos_and_ttl_as_its_own) {
  const auto server = listen("TCP6-LISTEN:0,bind=[::1],tos=16,ttl=9");
  if (!server) GTEST_SKIP() << server.error().message;
  EXPECT_EQ(option_of(server->fd.get(), IPPROTO_IPV6, IPV6_TCLASS), 16);
  EXPECT_EQ(option_of(server->fd.get(), IPPROTO_IPV6, IPV6_UNICAST_HOPS), 9);
  const auto client = open("TCP6:[::1]:" + port_of(*server));
  const auto accepted = accept(*server);
  ASSERT_TRUE(accepted) << accepted.error().message;
  EXPECT_EQ(option_of(accepted->fd.get(), IPPROTO_IPV6, IPV6_TCLASS), 16);
}

// What changes the process is tried in a child; its exit status is the verdict.
template <typename Body>
int in_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body() ? 0 : 1);
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_P(OptionTest, su_gives_up_all_privileges_after_opening) {
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  for (const std::string option : {"su=nobody", "su-d=nobody", "setgid=65534,setuid=65534"}) {
    EXPECT_EQ(in_child([&] {
                const auto& address = spec("OPEN:" + path("f") + ",creat,mode=600," + option);
                const auto done = enter_process_options(address, false);
                const auto left = leave_process_options(address, false);
                return done && left && ::geteuid() == 65534 && ::getegid() == 65534;
              }),
              0)
        << option;
  }
}

TEST_P(OptionTest, chroot_and_chdir_move_the_process) {
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  std::filesystem::create_directory(path("jail"));
  EXPECT_EQ(in_child([&] {
              const auto& address = spec("OPEN:/dev/null,chroot=" + path("jail"));
              return leave_process_options(address, false).has_value() &&
                     std::filesystem::is_empty("/");
            }),
            0);
  EXPECT_EQ(in_child([&] {
              const auto& address = spec("OPEN:x,creat,cd=" + path("jail"));
              return enter_process_options(address, false).has_value() &&
                     std::filesystem::current_path() == path("jail");
            }),
            0);
}

TEST_P(OptionTest, process_options_of_served_sessions_are_applied_once) {
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  EXPECT_EQ(in_child([&] {
              const auto& address = spec("OPEN:/dev/null,su=nobody");
              const bool first = leave_process_options(address, true).has_value();
              return first && leave_process_options(address, true).has_value();
            }),
            0);
}

TEST_P(OptionTest, a_socket_is_made_in_its_network_namespace_and_the_thread_stays) {
  const auto home = std::filesystem::read_symlink("/proc/thread-self/ns/net");
  const auto missing = open("TCP4:127.0.0.1:1,netns=no-such-namespace");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("/run/netns/no-such-namespace"), std::string::npos);
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  const auto server = listen("TCP4-LISTEN:0,bind=127.0.0.1,netns=/proc/self/ns/net");
  EXPECT_TRUE(server) << server.error().message;
  EXPECT_EQ(std::filesystem::read_symlink("/proc/thread-self/ns/net"), home);
}

RINGCAT_BOTH_BACKENDS(OptionTest);

}  // namespace
}  // namespace ringcat
