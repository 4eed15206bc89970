// The ground that tests of endpoints stand on: a reactor of the backend under test, a temporary
// directory, and the promise that no descriptor is left when the test ends.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "address/parser.hpp"
#include "base/log.hpp"
#include "endpoint/open.hpp"
#include "endpoint/resolver.hpp"
#include "ring/features.hpp"
#include "ring/reactor.hpp"

namespace ringcat {

[[nodiscard]] std::size_t open_descriptors();

class EndpointTest : public testing::TestWithParam<BackendChoice> {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Parsed, and kept until the test ends.
  const AddressSpec& spec(const std::string& text);

  [[nodiscard]] OpenContext context(Direction direction = Direction::both) {
    return {.reactor = *reactor_, .resolver = *resolver_, .direction = direction};
  }

  Result<Channel> open(const std::string& text, Direction direction = Direction::both);
  Result<Channel> open(OpenContext context, const std::string& text);
  Result<Listener> listen(const std::string& text);

  // Runs the reactor until the task has ended.
  template <typename T>
  T await(Task<T> task) {
    std::optional<T> result;
    const auto run = [&]() -> Task<void> {
      T value = co_await task;
      result.emplace(std::move(value));
      reactor_->post([this] { reactor_->stop(); });
    };
    run().detach();
    reactor_->run();
    return std::move(*result);
  }

  [[nodiscard]] std::string path(std::string_view name) const { return directory_ / name; }

  // What was logged since the test began.
  [[nodiscard]] std::string logged() const;

  std::unique_ptr<Reactor> reactor_;
  std::unique_ptr<Resolver> resolver_;

 private:
  std::size_t descriptors_before_ = 0;
  std::filesystem::path directory_;
  std::deque<AddressSpec> specs_;
};

// What two connected channels say to each other arrives.
void expect_bytes_pass(const Channel& from, const Channel& to);

// The port of `AF=2 127.0.0.1:17001`.
[[nodiscard]] std::string port_of(const Listener& listener);

[[nodiscard]] int option_of(int fd, int level, int name);

#define RINGCAT_BOTH_BACKENDS(suite)                                                   \
  INSTANTIATE_TEST_SUITE_P(                                                            \
      Backends, suite, testing::Values(BackendChoice::io_uring, BackendChoice::epoll), \
      [](const auto& info) {                                                           \
        return info.param == BackendChoice::io_uring ? std::string{"io_uring"}         \
                                                     : std::string{"epoll"};           \
      })

}  // namespace ringcat
