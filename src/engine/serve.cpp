#include "engine/serve.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "base/quantity.hpp"
#include "endpoint/resolver.hpp"
#include "engine/contexts.hpp"
#include "engine/ending.hpp"
#include "engine/service.hpp"
#include "engine/signals.hpp"
#include "engine/worker.hpp"

namespace ringcat {
namespace {

// Served sessions wait this long for an answer after a half-close where `-t` is not given
// (docs/decisions).
constexpr Duration served_half_close_timeout = std::chrono::seconds{60};

bool listens_and_forks(const AddressSpec& address) {
  return listens(address) && address.flag(OptionId::fork);
}

unsigned usable_cpus() {
  cpu_set_t cpus;
  if (::sched_getaffinity(0, sizeof cpus, &cpus) != 0) return 1;
  return static_cast<unsigned>(std::max(CPU_COUNT(&cpus), 1));
}

class ServedRun {
 public:
  ServedRun(const Features& features, const EngineSettings& settings, const Route& route);

  int run();

 private:
  // Calls a member of the run when it fires.
  struct Alarm : Timer {
    Alarm(ServedRun& owner, void (ServedRun::*action)())
        : Timer(&Alarm::fire), run(owner), what(action) {}
    static void fire(Timer& timer) {
      const Alarm& alarm = static_cast<Alarm&>(timer);
      (alarm.run.*alarm.what)();
    }
    ServedRun& run;
    void (ServedRun::*what)();
  };

  Task<void> open(Reactor& reactor);
  void start_workers(Reactor& reactor);
  void work_on_new_thread(unsigned index);
  Task<void> end_signals(SignalWatch& signals, Reactor& reactor);
  void on_signal(int signal);
  void drain();
  void stop_all();
  void check_accept_timeout();

  const Features& features_;
  const EngineSettings& settings_;
  const Route& route_;
  Resolver resolver_;
  Service service_;
  unsigned threads_ = 1;
  std::latch prepared_;  // every worker exists, or its thread has said why not
  std::latch ready_{1};  // the list of workers is complete
  std::latch over_;      // nobody runs any more, so nobody is posted to
  Reactor* main_reactor_ = nullptr;
  Alarm drain_limit_{*this, &ServedRun::stop_all};
  Alarm accept_limit_{*this, &ServedRun::check_accept_timeout};
  int status_ = 0;
  bool draining_ = false;
};

ServedRun::ServedRun(const Features& features, const EngineSettings& settings, const Route& route)
    : features_(features),
      settings_(settings),
      route_(route),
      service_(route, resolver_),
      threads_(settings.threads > 0 ? settings.threads : usable_cpus()),
      prepared_(threads_),
      over_(threads_) {
  service_.session = route.session;
  if (!route.half_close_timeout_given) {
    service_.session.half_close_timeout = served_half_close_timeout;
  }
  service_.listener_is_left = listens_and_forks(*route.left);
}

int ServedRun::run() {
  Result<std::unique_ptr<Reactor>> reactor =
      Reactor::create(features_, {.busy_poll = settings_.busy_poll});
  if (!reactor) {
    log(LogLevel::error, reactor.error().message);
    return 1;
  }
  main_reactor_ = reactor->get();
  SignalWatch signals{**reactor, [this](int signal) { on_signal(signal); }};
  open(**reactor).detach();
  (*reactor)->run();
  if (status_ == 0) start_workers(**reactor);
  end_signals(signals, **reactor).detach();
  (*reactor)->run();
  if (route_.statistics) service_.statistics.write_to_log(true);
  return status_;
}

Task<void> ServedRun::open(Reactor& reactor) {
  const bool left = service_.listener_is_left;
  const OpenContext context =
      left ? left_context(reactor, resolver_, route_) : right_context(reactor, resolver_, route_);
  Result<Listener> listener = co_await open_listener(context, left ? *route_.left : *route_.right);
  if (listener) {
    service_.listener = std::move(*listener);
  } else if (status_ == 0) {
    log(LogLevel::error, listener.error().message);
    status_ = 1;
  }
  reactor.stop();
}

// The calling thread is worker 0.
void ServedRun::start_workers(Reactor& reactor) {
  service_.workers.resize(threads_);
  service_.last_accept_ns = now().time_since_epoch().count();
  std::vector<std::jthread> others;
  for (unsigned index = 1; index < threads_; ++index) {
    others.emplace_back([this, index] { work_on_new_thread(index); });
  }
  service_.workers[0] = std::make_unique<Worker>(service_, reactor);
  Worker& own = *service_.workers[0];
  prepared_.arrive_and_wait();
  std::erase(service_.workers, nullptr);
  service_.accepting = static_cast<unsigned>(service_.workers.size());
  ready_.count_down();
  if (service_.listener.accept_timeout)
    reactor.arm(accept_limit_, *service_.listener.accept_timeout);
  own.run();
  reactor.disarm(drain_limit_);
  reactor.disarm(accept_limit_);
  over_.arrive_and_wait();
}

// A ring belongs to the thread that makes it, so each makes its own.
void ServedRun::work_on_new_thread(unsigned index) {
  Result<std::unique_ptr<Reactor>> reactor =
      Reactor::create(features_, {.busy_poll = settings_.busy_poll});
  Worker* own = nullptr;
  if (reactor) {
    service_.workers[index] = std::make_unique<Worker>(service_, **reactor);
    own = service_.workers[index].get();
  } else {
    log(LogLevel::error, fmt::format("thread {} of {}: {}; going on with fewer", index + 1,
                                     threads_, reactor.error().message));
  }
  prepared_.count_down();
  ready_.wait();
  if (own != nullptr) own->run();
  over_.arrive_and_wait();
}

Task<void> ServedRun::end_signals(SignalWatch& signals, Reactor& reactor) {
  signals.stop();
  co_await signals.ended();
  reactor.stop();
}

// The first signal drains, the second ends at once.
void ServedRun::on_signal(int signal) {
  if (asks_for_statistics(signal)) return service_.statistics.write_to_log(true);
  status_ = status_of_signal(signal);
  log_signal(settings_, signal);
  if (draining_ || service_.workers.empty()) return stop_all();
  drain();
  log(LogLevel::notice, fmt::format("draining: {} connections may go on for {}",
                                    service_.active.load(), format_duration(settings_.drain)));
  main_reactor_->arm(drain_limit_, settings_.drain);
}

void ServedRun::drain() {
  draining_ = true;
  for (const std::unique_ptr<Worker>& worker : service_.workers) worker->begin_drain();
}

void ServedRun::stop_all() {
  if (!draining_) drain();
  const unsigned cut_off = service_.active.load();
  if (cut_off > 0) log(LogLevel::warning, fmt::format("ending {} connections", cut_off));
  if (service_.workers.empty()) main_reactor_->shut_down();
  for (const std::unique_ptr<Worker>& worker : service_.workers) worker->begin_stop();
}

void ServedRun::check_accept_timeout() {
  const TimePoint last{Duration{service_.last_accept_ns.load()}};
  const TimePoint due = last + *service_.listener.accept_timeout;
  if (due > main_reactor_->now()) return main_reactor_->arm_at(accept_limit_, due);
  log(LogLevel::notice, "accept timeout: no further connection; finishing");
  drain();
}

}  // namespace

bool serves_many(const Route& route) {
  return listens_and_forks(*route.left) || listens_and_forks(*route.right);
}

int run_served(const Features& features, const EngineSettings& settings, const Route& route) {
  ServedRun served{features, settings, route};
  return served.run();
}

}  // namespace ringcat
