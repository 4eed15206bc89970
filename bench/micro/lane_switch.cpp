// A direction that streams and calms down, again and again: copy → bulk → copy. The bulk lane of
// `adaptive` splices, that of `copy` has a large buffer. The counter `changes` says how often a
// round made the direction change to its bulk lane.

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>
#include <utility>
#include <vector>

#include "relay/session.hpp"

namespace ringcat {
namespace {

constexpr std::size_t burst_bytes = 512 * 1024;
constexpr std::size_t small_bytes = 64;
constexpr int small_messages = 16;  // enough to calm a direction down

struct SocketPair {
  SocketPair() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return;
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    relayed.reset(ends[0]);
    peer.reset(ends[1]);
  }
  UniqueFd relayed;
  UniqueFd peer;
};

Channel channel_over(UniqueFd fd) {
  Channel channel;
  channel.reader = channel.writer = traits_of(fd.get());
  channel.fd = std::move(fd);
  return channel;
}

bool receive(int fd, std::vector<std::byte>& into, std::size_t bytes) {
  return ::recv(fd, into.data(), bytes, MSG_WAITALL) == static_cast<ssize_t>(bytes);
}

// What one peer sends and the other receives in a round.
bool run_round(int from, int to, std::vector<std::byte>& buffer) {
  const std::vector<std::byte> burst(burst_bytes);
  std::jthread sending{[&] { ::send(from, burst.data(), burst.size(), 0); }};
  if (!receive(to, buffer, burst_bytes)) return false;
  sending.join();
  for (int i = 0; i < small_messages; ++i) {
    ::send(from, burst.data(), small_bytes, 0);
    if (!receive(to, buffer, small_bytes)) return false;
  }
  return true;
}

Task<void> run_session(Reactor& reactor, Session& session) {
  [[maybe_unused]] const SessionEnd end = co_await session.run();
  reactor.stop();
}

void lane_switch(benchmark::State& state, LaneChoice lane) {
  SocketPair left;
  SocketPair right;
  const SessionSettings settings{.lane = lane};
  std::uint32_t changes = 0;
  std::jthread relay{[&] {
    const Result<Features> features = probe_features(BackendChoice::automatic);
    const auto reactor = Reactor::create(*features);
    Session session{**reactor, channel_over(std::move(left.relayed)),
                    channel_over(std::move(right.relayed)), settings};
    run_session(**reactor, session).detach();
    (*reactor)->run();
    changes = session.counters(0).bulk_runs;
  }};
  std::vector<std::byte> buffer(burst_bytes);
  for ([[maybe_unused]] const auto _ : state) {
    if (!run_round(left.peer.get(), right.peer.get(), buffer)) {
      state.SkipWithError("the relay ended");
      break;
    }
  }
  left.peer.reset();
  right.peer.reset();
  relay.join();
  state.counters["changes"] = benchmark::Counter(changes, benchmark::Counter::kAvgIterations);
}

BENCHMARK_CAPTURE(lane_switch, adaptive, LaneChoice::adaptive)->UseRealTime();
BENCHMARK_CAPTURE(lane_switch, copy, LaneChoice::copy)->UseRealTime();

}  // namespace
}  // namespace ringcat
