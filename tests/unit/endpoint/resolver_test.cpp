#include "endpoint/resolver.hpp"

#include <cerrno>

#include "endpoint/inet.hpp"
#include "endpoint_test.hpp"

namespace ringcat {
namespace {

class ResolverTest : public EndpointTest {
 protected:
  Resolver::Answer find(std::string_view host, std::string_view service, int family = AF_UNSPEC) {
    return await(find_addresses(context(), host, service, family, std::nullopt));
  }
};

TEST_P(ResolverTest, finds_localhost_without_blocking_the_reactor) {
  const Resolver::Answer answer = find("localhost", "80", AF_INET);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->front().text(), "127.0.0.1:80");
}

TEST_P(ResolverTest, finds_a_service_by_name) {
  const Resolver::Answer answer = find("127.0.0.1", "http");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->front().port(), 80);
}

TEST_P(ResolverTest, says_which_name_is_unknown) {
  const Resolver::Answer host = find("no-such-host.invalid", "80");
  ASSERT_FALSE(host);
  EXPECT_NE(host.error().message.find("host \"no-such-host.invalid\""), std::string::npos);
  const Resolver::Answer service = find("127.0.0.1", "no-such-service");
  ASSERT_FALSE(service);
  EXPECT_NE(service.error().message.find("no-such-service"), std::string::npos);
}

TEST_P(ResolverTest, a_port_past_the_last_is_refused) {
  const Resolver::Answer answer = find("127.0.0.1", "99999");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "port 99999 is greater than 65535");
}

TEST_P(ResolverTest, answers_many_that_ask_at_once) {
  const auto all = [this]() -> Task<std::size_t> {
    const auto one = [](OpenContext asking, std::size_t& found) -> Task<void> {
      const Resolver::Answer answer =
          co_await find_addresses(asking, "localhost", "80", AF_INET, std::nullopt);
      found += answer ? 1 : 0;
    };
    std::size_t found = 0;
    std::vector<Task<void>> tasks;
    Latch latch;
    for (int i = 0; i < 20; ++i) tasks.push_back(one(context(), found));
    for (Task<void>& task : tasks) task.start(latch);
    co_await all_of{latch};
    co_return found;
  };
  EXPECT_EQ(await(all()), 20U);
}

TEST_P(ResolverTest, a_limit_that_has_passed_ends_the_waiting) {
  const auto ask = [this]() -> Task<Resolver::Answer> {
    Resolver::Question question{.host = "localhost", .service = "80"};
    Resolver::Answer answer =
        co_await resolver_->lookup(*reactor_, std::move(question), Duration::zero());
    co_return answer;
  };
  const Resolver::Answer answer = await(ask());
  // Either was faster; both are whole.
  if (!answer) EXPECT_EQ(answer.error().code, ETIMEDOUT);
}

TEST(InTurn, alternates_the_families_from_the_preferred_one) {
  const auto v4 = [](std::uint16_t port) {
    return *SocketAddress::numeric("127.0.0.1", AF_INET, port);
  };
  const auto v6 = [](std::uint16_t port) { return *SocketAddress::numeric("::1", AF_INET6, port); };
  const std::vector<SocketAddress> given{v6(1), v6(2), v6(3), v4(4)};
  const auto ports = [&](Family preferred) {
    std::vector<std::uint16_t> order;
    for (const SocketAddress& each : in_turn(given, preferred)) order.push_back(each.port());
    return order;
  };
  EXPECT_EQ(ports(Family::any), (std::vector<std::uint16_t>{1, 4, 2, 3}));
  EXPECT_EQ(ports(Family::ipv4), (std::vector<std::uint16_t>{4, 1, 2, 3}));
}

TEST(SplitHostAndService, takes_brackets_bare_addresses_and_missing_parts) {
  EXPECT_EQ(split_host_and_service("[::1]:80").host, "[::1]");
  EXPECT_EQ(split_host_and_service("[::1]:80").service, "80");
  EXPECT_EQ(split_host_and_service("::1").host, "::1");
  EXPECT_EQ(split_host_and_service("::1").service, "");
  EXPECT_EQ(split_host_and_service(":http").service, "http");
  EXPECT_EQ(split_host_and_service("10.0.0.1").host, "10.0.0.1");
}

RINGCAT_BOTH_BACKENDS(ResolverTest);

}  // namespace
}  // namespace ringcat
