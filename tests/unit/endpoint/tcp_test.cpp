#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "endpoint/dial.hpp"
#include "endpoint_test.hpp"

namespace ringcat {
namespace {

class TcpTest : public EndpointTest {
 protected:
  Result<Channel> accept(const Listener& listener) {
    return listener.admit(
        UniqueFd{::accept4(listener.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)});
  }

  // A listener on the loopback address that need not be looked at.
  Result<Listener> listener(const std::string& options = "") {
    return listen("TCP4-LISTEN:0,bind=127.0.0.1,fork" + options);
  }

  Result<Channel> connect(const Listener& to, const std::string& options = "") {
    return open("TCP4:127.0.0.1:" + port_of(to) + options);
  }
};

TEST_P(TcpTest, a_connection_carries_bytes_both_ways) {
  const auto server = listener();
  ASSERT_TRUE(server) << server.error().message;
  const auto client = connect(*server);
  ASSERT_TRUE(client) << client.error().message;
  const auto accepted = accept(*server);
  ASSERT_TRUE(accepted);
  expect_bytes_pass(*client, *accepted);
  expect_bytes_pass(*accepted, *client);
}

TEST_P(TcpTest, both_ends_are_known_as_non_blocking_tcp_that_sends_at_once) {
  const auto server = listener();
  const auto client = connect(*server);
  const auto accepted = accept(*server);
  ASSERT_TRUE(client && accepted);
  for (const Channel* const end : {&*client, &*accepted}) {
    const FdTraits real = traits_of(end->fd.get());
    EXPECT_TRUE(end->reader.tcp && end->reader.nonblocking && end->writer.tcp);
    EXPECT_TRUE(real.tcp && real.nonblocking);
    EXPECT_EQ(option_of(end->fd.get(), IPPROTO_TCP, TCP_NODELAY), 1);
  }
}

TEST_P(TcpTest, nodelay_0_fills_segments_on_both_ends) {
  const auto server = listener(",nodelay=0");
  const auto client = connect(*server, ",nodelay=0");
  const auto accepted = accept(*server);
  ASSERT_TRUE(client && accepted);
  EXPECT_EQ(option_of(client->fd.get(), IPPROTO_TCP, TCP_NODELAY), 0);
  EXPECT_EQ(option_of(accepted->fd.get(), IPPROTO_TCP, TCP_NODELAY), 0);
}

TEST_P(TcpTest, a_refused_connection_reads_as_a_sentence_with_its_errno) {
  const auto refused = open("TCP4:127.0.0.1:1,nodelay");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "TCP4:127.0.0.1:1: connect: Connection refused");
  EXPECT_EQ(refused.error().code, ECONNREFUSED);
}

TEST_P(TcpTest, a_dead_host_is_given_up_after_connect_timeout) {
  // A listener whose queue is full does not answer.
  const auto server = listen("TCP4-LISTEN:0,bind=127.0.0.1,backlog=0");
  ASSERT_TRUE(server);
  const auto first = connect(*server);
  ASSERT_TRUE(first);
  const TimePoint start = now();
  const auto second = connect(*server, ",connect-timeout=0.1");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ETIMEDOUT);
  EXPECT_GE(now() - start, std::chrono::milliseconds{90});
  EXPECT_LT(now() - start, std::chrono::seconds{2});
}

TEST_P(TcpTest, names_connect_over_whichever_family_answers) {
  const auto server = listener();
  const auto client = open("TCP:localhost:" + port_of(*server));
  ASSERT_TRUE(client) << client.error().message;
}

TEST_P(TcpTest, the_next_address_is_tried_when_one_refuses) {
  const auto server = listener();
  const auto good = SocketAddress::local_of(server->fd.get());
  const auto bad = *SocketAddress::numeric("127.0.0.1", AF_INET, 1);
  const DialPlan plan{.context = context(), .spec = spec("TCP4:127.0.0.1:1"), .local = {}};
  const std::vector<SocketAddress> targets{bad, good};
  const auto fd = await(dial(plan, targets));
  ASSERT_TRUE(fd) << fd.error().message;
  EXPECT_EQ(SocketAddress::peer_of(fd->get()).port(), good.port());
}

TEST_P(TcpTest, a_silent_address_is_overtaken_after_a_quarter_of_a_second) {
  const auto full = listen("TCP4-LISTEN:0,bind=127.0.0.1,backlog=0");
  const auto filler = connect(*full);
  const auto server = listener();
  const DialPlan plan{.context = context(), .spec = spec("TCP4:127.0.0.1:1"), .local = {}};
  const std::vector<SocketAddress> targets{SocketAddress::local_of(full->fd.get()),
                                           SocketAddress::local_of(server->fd.get())};
  const TimePoint start = now();
  const auto fd = await(dial(plan, targets));
  ASSERT_TRUE(fd) << fd.error().message;
  EXPECT_EQ(SocketAddress::peer_of(fd->get()).port(), targets[1].port());
  EXPECT_GE(now() - start, std::chrono::milliseconds{240});
}

TEST_P(TcpTest, when_no_address_answers_the_last_reason_is_given) {
  const auto bad = *SocketAddress::numeric("127.0.0.1", AF_INET, 1);
  const DialPlan plan{.context = context(), .spec = spec("TCP4:127.0.0.1:1"), .local = {}};
  const std::vector<SocketAddress> targets{bad, bad};
  const auto fd = await(dial(plan, targets));
  ASSERT_FALSE(fd);
  EXPECT_EQ(fd.error().code, ECONNREFUSED);
}

TEST_P(TcpTest, bind_and_sourceport_choose_the_local_side) {
  const auto server = listener();
  const auto client = connect(*server, ",bind=127.0.0.2");
  ASSERT_TRUE(client) << client.error().message;
  EXPECT_TRUE(SocketAddress::local_of(client->fd.get()).text().starts_with("127.0.0.2:"));
  const auto fixed = connect(*server, ",sourceport=17371,reuseaddr");
  ASSERT_TRUE(fixed) << fixed.error().message;
  EXPECT_EQ(SocketAddress::local_of(fixed->fd.get()).port(), 17371);
}

TEST_P(TcpTest, lowport_takes_a_privileged_port) {
  if (::geteuid() != 0) GTEST_SKIP() << "wants root";
  const auto server = listener(",lowport");
  const auto client = connect(*server, ",lowport");
  ASSERT_TRUE(client) << client.error().message;
  EXPECT_LT(SocketAddress::local_of(client->fd.get()).port(), 1024);
  EXPECT_TRUE(accept(*server));
}

TEST_P(TcpTest, a_peer_without_a_privileged_port_is_refused_by_lowport) {
  const auto server = listener(",lowport");
  const auto client = connect(*server);
  ASSERT_TRUE(client);
  EXPECT_FALSE(accept(*server));
  EXPECT_NE(logged().find("due to lowport option"), std::string::npos);
}

TEST_P(TcpTest, a_peer_outside_the_range_is_refused_and_logged) {
  const auto server = listener(",range=127.0.0.1/32");
  const auto stranger = connect(*server, ",bind=127.0.0.2");
  ASSERT_TRUE(stranger);
  EXPECT_FALSE(accept(*server));
  EXPECT_NE(logged().find("W refusing connection from AF=2 127.0.0.2:"), std::string::npos);
  EXPECT_NE(logged().find(" due to range option"), std::string::npos);
  const auto friendly = connect(*server);
  ASSERT_TRUE(friendly);
  EXPECT_TRUE(accept(*server));
}

TEST_P(TcpTest, a_peer_from_the_wrong_sourceport_is_refused) {
  const auto server = listener(",sourceport=1");
  const auto client = connect(*server);
  ASSERT_TRUE(client);
  EXPECT_FALSE(accept(*server));
}

TEST_P(TcpTest, a_wrong_range_is_said_before_anything_listens) {
  const auto server = listener(",range=nonsense");
  ASSERT_FALSE(server);
  EXPECT_NE(server.error().message.find("range \"nonsense\""), std::string::npos);
}

TEST_P(TcpTest, a_taken_port_reads_as_a_sentence) {
  const auto server = listener();
  const auto again = listen("TCP4-LISTEN:" + port_of(*server) + ",bind=127.0.0.1");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, "TCP4-LISTEN:" + port_of(*server) + ": bind 127.0.0.1:" +
                                       port_of(*server) + ": Address already in use");
  EXPECT_EQ(again.error().code, EADDRINUSE);
}

TEST_P(TcpTest, a_listener_holds_its_rules) {
  const auto server = listener(",max-children=7,accept-timeout=3");
  ASSERT_TRUE(server);
  EXPECT_TRUE(server->fork);
  EXPECT_TRUE(server->tcp);
  EXPECT_EQ(server->max_children, 7U);
  EXPECT_EQ(server->accept_timeout, std::chrono::seconds{3});
}

TEST_P(TcpTest, the_log_says_what_scripts_look_for) {
  const auto server = listener();
  const auto client = connect(*server);
  const auto accepted = accept(*server);
  ASSERT_TRUE(client && accepted);
  const std::string here = "AF=2 127.0.0.1:" + port_of(*server);
  const std::string there = SocketAddress::local_of(client->fd.get()).log_text();
  for (const std::string& phrase : {"N listening on " + here, "N opening connection to " + here,
                                    "N successfully connected from local address " + there,
                                    "N accepting connection from " + there + " on " + here,
                                    "I permitting connection from " + there})
    EXPECT_NE(logged().find(phrase), std::string::npos) << phrase;
}

TEST_P(TcpTest, a_listening_address_opens_as_the_first_connection_its_rules_admit) {
  const auto serve = [this](const AddressSpec& listening) -> Task<Result<Channel>> {
    Result<Channel> channel = co_await open_channel(context(), listening);
    co_return channel;
  };
  const auto both = [&]() -> Task<Result<Channel>> {
    Latch latch;
    Task<Result<Channel>> serving =
        serve(spec("TCP4-LISTEN:17372,bind=127.0.0.1,range=127.0.0.1/32"));
    serving.start(latch);
    const Result<Channel> stranger =
        co_await open_channel(context(), spec("TCP4:127.0.0.1:17372,bind=127.0.0.2"));
    const Result<Channel> admitted = co_await open_channel(context(), spec("TCP4:127.0.0.1:17372"));
    co_await all_of{latch};
    Result<Channel> served = serving.result();
    EXPECT_TRUE(stranger);
    if (served && admitted) expect_bytes_pass(*admitted, *served);
    co_return served;
  };
  const auto served = await(both());
  EXPECT_TRUE(served) << served.error().message;
}

TEST_P(TcpTest, accept_timeout_ends_the_waiting_with_its_own_code) {
  const auto nobody = open("TCP4-LISTEN:0,bind=127.0.0.1,accept-timeout=0.05");
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, accept_timed_out);
}

TEST_P(TcpTest, retry_tries_again_after_the_interval) {
  const TimePoint start = now();
  const auto refused = open("TCP4:127.0.0.1:1,retry=2,interval=0.05");
  EXPECT_FALSE(refused);
  EXPECT_GE(now() - start, std::chrono::milliseconds{95});
}

TEST_P(TcpTest, forever_tries_until_somebody_listens) {
  std::optional<Result<Listener>> late;
  const auto listen_late = [&]() -> Task<void> {
    co_await sleep_for{*reactor_, std::chrono::milliseconds{60}};
    Result<Listener> listener =
        co_await open_listener(context(), spec("TCP4-LISTEN:17373,bind=127.0.0.1"));
    late = std::move(listener);
  };
  listen_late().detach();
  const auto client = open("TCP4:127.0.0.1:17373,forever,interval=0.02");
  EXPECT_TRUE(client);
}

TEST_P(TcpTest, ipv6_listens_and_connects) {
  const auto server = listen("TCP6-LISTEN:0,bind=[::1],fork,ipv6only");
  if (!server) GTEST_SKIP() << server.error().message;
  EXPECT_TRUE(server->local_name.starts_with("AF=10 [0000:0000:0000:0000:0000:0000:0000:0001]:"));
  EXPECT_EQ(option_of(server->fd.get(), IPPROTO_IPV6, IPV6_V6ONLY), 1);
  const auto client = open("TCP6:[::1]:" + port_of(*server));
  EXPECT_TRUE(client) << client.error().message;
}

TEST_P(TcpTest, pf_and_the_preferred_family_choose_what_is_listened_on) {
  const auto six = listen("TCP-LISTEN:0,pf=ip6");
  ASSERT_TRUE(six) << six.error().message;
  EXPECT_TRUE(six->local_name.starts_with("AF=10 "));
  OpenContext preferred = context();
  preferred.family = Family::ipv6;
  const auto by_flag = await(open_listener(preferred, spec("TCP-LISTEN:0")));
  ASSERT_TRUE(by_flag);
  EXPECT_TRUE(by_flag->local_name.starts_with("AF=10 "));
  const auto plain = listen("TCP-LISTEN:0");
  ASSERT_TRUE(plain);
  EXPECT_TRUE(plain->local_name.starts_with("AF=2 0.0.0.0:"));
}

TEST_P(TcpTest, no_descriptors_left_to_the_process_is_told_by_errno) {
  std::vector<UniqueFd> all;
  while (true) {
    UniqueFd fd{::dup(STDIN_FILENO)};
    if (!fd) break;
    all.push_back(std::move(fd));
    if (all.size() > 100'000) GTEST_SKIP() << "no limit of descriptors";
  }
  const auto opened = open("TCP4:127.0.0.1:1");
  all.clear();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, EMFILE);
}

RINGCAT_BOTH_BACKENDS(TcpTest);

}  // namespace
}  // namespace ringcat
