// The ground of session tests: two wires with a session between them.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <utility>

#include "peers.hpp"
#include "reactor_test.hpp"
#include "relay/session.hpp"

namespace ringcat {

inline constexpr std::array all_wires{Wire::tcp, Wire::unix_stream, Wire::pipes};
inline constexpr std::array all_lanes{LaneChoice::adaptive, LaneChoice::copy, LaneChoice::splice};

class SessionTest : public ReactorTest {
 protected:
  // New wires; what stood there before goes.
  void lay(Wire left, Wire right) {
    session_.reset();
    left_ = make_wire(left);
    right_ = make_wire(right);
  }

  // The session over the wires, as `settings_` say. It is kept until the next one.
  Session& make_session() {
    return session_.emplace(reactor(), std::move(left_.channel), std::move(right_.channel),
                            settings_);
  }

  SessionEnd relay() { return await(make_session().run()); }

  // From any thread.
  void stop_session() {
    reactor().post([this] { session_->stop(); });
  }

  void TearDown() override {
    session_.reset();
    left_ = {};
    right_ = {};
    ReactorTest::TearDown();
  }

  SessionSettings settings_{.half_close_timeout = std::chrono::minutes{1}};
  WireEnd left_;
  WireEnd right_;

 private:
  std::optional<Session> session_;
};

}  // namespace ringcat
