// The ground that tests of the core stand on: a reactor of the backend under test, and the promise
// that neither a descriptor nor a coroutine frame is left when the test ends.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "ring/features.hpp"
#include "ring/reactor.hpp"

namespace ringcat {

[[nodiscard]] std::size_t open_descriptors();

// Makes a reactor when asked to, ends a test that hangs, and looks for leaks.
class ReactorGround : public testing::Test {
 protected:
  static constexpr Duration patience = std::chrono::seconds{10};

  ReactorGround();
  void TearDown() override;

  // False where this kernel has no such backend: the test is skipped.
  [[nodiscard]] bool make_reactor(BackendChoice choice, ReactorSettings settings = {});
  [[nodiscard]] Reactor& reactor() { return *reactor_; }

  // Runs the reactor until the task has ended.
  template <typename T>
  T await(Task<T> task) {
    std::optional<T> result;
    const auto run = [&]() -> Task<void> {
      T value = co_await task;
      result.emplace(std::move(value));
      reactor_->stop();
    };
    run().detach();
    run_within_patience();
    return std::move(*result);
  }
  void await(Task<void> task) {
    const auto run = [&]() -> Task<void> {
      co_await task;
      reactor_->stop();
    };
    run().detach();
    run_within_patience();
  }

  // Runs the reactor until somebody stops it.
  void run_within_patience();

  // Destroys the reactor and looks for what it left.
  void end_reactor();

 private:
  // What the io_uring backend keeps published for the kernel.
  static constexpr std::size_t published_buffers = 32;

  [[nodiscard]] std::size_t buffers_held();

  std::size_t descriptors_before_;
  std::size_t frames_before_;
  std::unique_ptr<Reactor> reactor_;
};

class ReactorTest : public ReactorGround, public testing::WithParamInterface<BackendChoice> {
 protected:
  void SetUp() override;
  [[nodiscard]] virtual ReactorSettings settings() { return {}; }
};

#define RINGCAT_BOTH_BACKENDS(suite)                                                   \
  INSTANTIATE_TEST_SUITE_P(                                                            \
      Backends, suite, testing::Values(BackendChoice::io_uring, BackendChoice::epoll), \
      [](const auto& info) {                                                           \
        return info.param == BackendChoice::io_uring ? std::string{"io_uring"}         \
                                                     : std::string{"epoll"};           \
      })

}  // namespace ringcat
