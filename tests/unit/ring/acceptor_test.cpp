#include "ring/acceptor.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <vector>

#include "faulty_backend.hpp"
#include "reactor_test.hpp"

namespace ringcat {
namespace {

class Accepting : public ReactorTest {
 protected:
  void SetUp() override {
    ReactorTest::SetUp();
    listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address_;
    ASSERT_EQ(::bind(listener_.get(), generic(), length), 0);
    ASSERT_EQ(::listen(listener_.get(), SOMAXCONN), 0);
    ASSERT_EQ(::getsockname(listener_.get(), generic(), &length), 0);
  }
  void TearDown() override {
    listener_.reset();
    clients_.clear();
    ReactorTest::TearDown();
  }

  void connect(int count) {
    for (int i = 0; i < count; ++i) {
      clients_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      ASSERT_EQ(::connect(clients_.back().get(), generic(), sizeof address_), 0);
    }
  }

  Task<std::vector<UniqueFd>> take(Acceptor& acceptor, std::size_t count) {
    std::vector<UniqueFd> taken;
    while (taken.size() < count) {
      const int accepted = co_await acceptor.next();
      EXPECT_GE(accepted, 0);
      if (accepted < 0) break;
      taken.emplace_back(accepted);
    }
    co_return taken;
  }

  // Ends the accepting; how many connections had arrived and were not taken.
  Task<int> stop(Acceptor& acceptor) {
    acceptor.stop();
    int left = 0;
    for (;;) {
      const int accepted = co_await acceptor.next();
      if (accepted == -ECANCELED) co_return left;
      const UniqueFd connection{accepted};
      ++left;
    }
  }

  UniqueFd listener_;
  std::vector<UniqueFd> clients_;

 private:
  sockaddr* generic() { return reinterpret_cast<sockaddr*>(&address_); }

  sockaddr_in address_{};
};

TEST_P(Accepting, takes_every_connection_of_a_burst) {
  connect(200);
  Acceptor acceptor{reactor(), listener_.get()};
  EXPECT_EQ(await(take(acceptor, 200)).size(), 200U);
  EXPECT_EQ(await(stop(acceptor)), 0);
}

TEST_P(Accepting, gives_what_had_arrived_before_it_says_that_it_stopped) {
  connect(20);
  Acceptor acceptor{reactor(), listener_.get()};
  EXPECT_EQ(await(take(acceptor, 5)).size(), 5U);
  EXPECT_LE(await(stop(acceptor)), 15);
}

TEST_P(Accepting, closes_what_nobody_took) {
  connect(20);
  Acceptor acceptor{reactor(), listener_.get()};
  EXPECT_EQ(await(take(acceptor, 1)).size(), 1U);
  acceptor.stop();
  const auto until_over = [&]() -> Task<void> {
    co_await sleep_for(reactor(), std::chrono::milliseconds{20});
  };
  await(until_over());
}

TEST_P(Accepting, goes_on_after_there_were_no_descriptors_left) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  connect(3);
  const int next_number = ::fcntl(listener_.get(), F_DUPFD_CLOEXEC, 0);
  ::close(next_number);
  const rlimit none{.rlim_cur = static_cast<rlim_t>(next_number), .rlim_max = before.rlim_max};
  Acceptor acceptor{reactor(), listener_.get()};
  const auto first = [&]() -> Task<int> {
    const int accepted = co_await acceptor.next();
    co_return accepted;
  };
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const int refused = await(first());
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(refused, -EMFILE);
  EXPECT_EQ(await(take(acceptor, 3)).size(), 3U);
  EXPECT_EQ(await(stop(acceptor)), 0);
}

RINGCAT_BOTH_BACKENDS(Accepting);

class AcceptingUnderFaults : public Accepting {
 protected:
  ReactorSettings settings() override {
    FaultPlan plan{.seed = 1};
    plan.rarity(Fault::accept_refused) = 2;
    plan.rarity(Fault::completed_late) = 2;
    plan.rarity(Fault::cancelled_late) = 2;
    return {.busy_poll = {}, .wrap_backend = with_faults(plan, injected_)};
  }

  FaultCounts injected_{};
};

TEST_P(AcceptingUnderFaults, loses_no_connection) {
  connect(100);
  std::size_t taken = 0;
  while (taken < 100) {
    Acceptor acceptor{reactor(), listener_.get()};
    const auto one = [&]() -> Task<int> {
      const int accepted = co_await acceptor.next();
      co_return accepted;
    };
    const UniqueFd connection{await(one())};
    taken += connection ? 1 : 0;
    taken += static_cast<std::size_t>(await(stop(acceptor)));
  }
  EXPECT_EQ(taken, 100U);
}

RINGCAT_BOTH_BACKENDS(AcceptingUnderFaults);

}  // namespace
}  // namespace ringcat
