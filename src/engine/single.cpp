#include "engine/single.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/log.hpp"
#include "endpoint/resolver.hpp"
#include "engine/contexts.hpp"
#include "engine/ending.hpp"
#include "engine/signals.hpp"
#include "engine/statistics.hpp"

namespace ringcat {
namespace {

constexpr Duration progress_interval = std::chrono::seconds{1};

class SingleRun {
 public:
  SingleRun(Reactor& reactor, const EngineSettings& settings, const Route& route)
      : reactor_(reactor),
        settings_(settings),
        route_(route),
        signals_(reactor, [this](int signal) { on_signal(signal); }) {}

  int run() {
    run_to_end().detach();
    reactor_.run();
    if (route_.statistics) statistics_.write_to_log(false);
    return status_;
  }

 private:
  // Tells Route::on_progress once a second.
  struct Ticker : Timer {
    explicit Ticker(SingleRun& owner) : Timer(&Ticker::fire), run(owner) {}
    static void fire(Timer& timer) { static_cast<Ticker&>(timer).run.report_progress(); }
    SingleRun& run;
  };

  Task<void> run_to_end();
  Task<void> relay();
  Task<void> relay_between(Channel left, Channel right);
  void fail_to_open(const Error& error);
  void on_signal(int signal);
  void log_statistics();
  void report_progress();

  Reactor& reactor_;
  const EngineSettings& settings_;
  const Route& route_;
  Resolver resolver_;
  Statistics statistics_;
  Ticker ticker_{*this};
  TimePoint started_;
  Session* session_ = nullptr;  // while there is one
  int status_ = 0;
  SignalWatch signals_;
};

Task<void> SingleRun::run_to_end() {
  co_await relay();
  signals_.stop();
  co_await signals_.ended();
  reactor_.stop();
}

Task<void> SingleRun::relay() {
  Result<Channel> left =
      co_await open_channel(left_context(reactor_, resolver_, route_), *route_.left);
  if (!left) co_return fail_to_open(left.error());
  Result<Channel> right =
      co_await open_channel(right_context(reactor_, resolver_, route_), *route_.right);
  if (!right) co_return fail_to_open(right.error());
  if (route_.before_transfer) route_.before_transfer();
  co_await relay_between(std::move(*left), std::move(*right));
}

Task<void> SingleRun::relay_between(Channel left, Channel right) {
  Session session{reactor_, std::move(left), std::move(right), route_.session};
  session_ = &session;
  started_ = reactor_.now();
  if (route_.on_progress) reactor_.arm(ticker_, progress_interval);
  const SessionEnd end = co_await session.run();
  reactor_.disarm(ticker_);
  session_ = nullptr;
  statistics_.add(session, end);
  if (status_ == 0) status_ = status_of(end);
}

void SingleRun::fail_to_open(const Error& error) {
  if (status_ != 0) return;  // a signal interrupted it
  const bool timed_out = error.code == accept_timed_out;
  log(timed_out ? LogLevel::warning : LogLevel::error, error.message);
  status_ = timed_out ? 0 : 1;
}

void SingleRun::on_signal(int signal) {
  if (asks_for_statistics(signal)) return log_statistics();
  log_signal(settings_, signal);
  status_ = status_of_signal(signal);
  if (session_ != nullptr) session_->stop();
  reactor_.shut_down();
}

// Of the running session; its numbers are added up only at its end.
void SingleRun::log_statistics() {
  Statistics so_far;
  if (session_ != nullptr) so_far.add_flows(*session_);
  so_far.write_to_log(false);
}

void SingleRun::report_progress() {
  const std::uint64_t forth = session_->counters(0).bytes;
  const std::uint64_t back = session_->counters(1).bytes;
  const Channel& from = session_->channel(forth >= back ? 0 : 1);
  route_.on_progress({.bytes = std::max(forth, back),
                      .size_hint = from.size_hint,
                      .elapsed = reactor_.now() - started_});
  reactor_.arm(ticker_, progress_interval);
}

}  // namespace

int run_single(const Features& features, const EngineSettings& settings, const Route& route) {
  Result<std::unique_ptr<Reactor>> reactor =
      Reactor::create(features, {.busy_poll = settings.busy_poll});
  if (!reactor) {
    log(LogLevel::error, reactor.error().message);
    return 1;
  }
  SingleRun single{**reactor, settings, route};
  return single.run();
}

}  // namespace ringcat
