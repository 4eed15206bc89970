#include "engine/signals.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>

namespace ringcat {
namespace {

constexpr std::array watched_signals{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1};

bool is_ignored(int signal) {
  struct sigaction action{};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

sigset_t watched_set() {
  sigset_t set{};
  ::sigemptyset(&set);
  for (const int signal : watched_signals) {
    if (!is_ignored(signal)) ::sigaddset(&set, signal);
  }
  return set;
}

}  // namespace

void block_signals() {
  const sigset_t set = watched_set();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void unblock_signals() {
  const sigset_t set = watched_set();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

SignalWatch::SignalWatch(Reactor& reactor, std::function<void(int)> on_signal)
    : reactor_(reactor), on_signal_(std::move(on_signal)), watch_(watch()) {
  const sigset_t set = watched_set();
  fd_.reset(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  watch_.start(watching_);
}

void SignalWatch::stop() {
  if (polling_ != nullptr) reactor_.cancel(*polling_);
}

Task<void> SignalWatch::watch() {
  for (;;) {
    Operation polling = reactor_.poll(fd_.get(), POLLIN);
    polling_ = &polling;
    const int events = co_await polling;
    polling_ = nullptr;
    if (events < 0) break;
    signalfd_siginfo arrived{};
    if (::read(fd_.get(), &arrived, sizeof arrived) == sizeof arrived) {
      on_signal_(static_cast<int>(arrived.ssi_signo));
    }
  }
}

}  // namespace ringcat
