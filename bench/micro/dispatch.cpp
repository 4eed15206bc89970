// What it costs to start one operation, reap its completion and go on where it was awaited. The
// operation is a poll of an eventfd that is always ready, so that the kernel's share is small.
//
// coroutines     flows as the program writes them, over either backend
// state_machine  the same on a bare ring, each flow a switch over its state: the price of
// coroutines
//                is the difference to it

#include <benchmark/benchmark.h>
#include <liburing.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <array>

#include "base/unique_fd.hpp"
#include "ring/reactor.hpp"

namespace ringcat {
namespace {

constexpr std::size_t flows = 64;  // under way side by side
constexpr int steps = 100;         // polls of each flow

UniqueFd always_ready() {
  return UniqueFd{::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK)};
}

Task<void> poll_often(Reactor& reactor, int fd) {
  for (int i = 0; i < steps; ++i) {
    int events = co_await reactor.poll(fd, POLLIN);
    benchmark::DoNotOptimize(events);  // not const: Debian 13's library deprecates that
  }
}

Task<void> run_flows(Reactor& reactor, std::span<const UniqueFd> descriptors) {
  Latch latch;
  std::vector<Task<void>> tasks;
  for (const UniqueFd& fd : descriptors) tasks.push_back(poll_often(reactor, fd.get()));
  for (Task<void>& task : tasks) task.start(latch);
  co_await all_of(latch);
  reactor.stop();
}

void coroutines(benchmark::State& state, BackendChoice choice) {
  const Result<Features> features = probe_features(choice);
  if (!features) return state.SkipWithError(features.error().message.c_str());
  const auto reactor = Reactor::create(*features);
  std::array<UniqueFd, flows> descriptors;
  for (UniqueFd& fd : descriptors) fd = always_ready();
  for ([[maybe_unused]] const auto _ : state) {
    run_flows(**reactor, descriptors).detach();
    (*reactor)->run();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(flows) * steps);
}

BENCHMARK_CAPTURE(coroutines, io_uring, BackendChoice::io_uring);
BENCHMARK_CAPTURE(coroutines, epoll, BackendChoice::epoll);

// A flow written by hand: what it was doing stands in `state`.
struct Machine {
  enum class State : std::uint8_t { polling, over };

  int fd = -1;
  int left = 0;
  State state = State::polling;

  void begin(io_uring& ring, int polls) {
    left = polls;
    state = State::polling;
    poll(ring);
  }

  void poll(io_uring& ring) {
    io_uring_sqe* const submission = io_uring_get_sqe(&ring);
    io_uring_prep_poll_add(submission, fd, POLLIN);
    io_uring_sqe_set_data(submission, this);
  }

  // True when the flow has ended.
  bool on_completion(io_uring& ring, int events) {
    benchmark::DoNotOptimize(events);
    switch (state) {
      case State::polling:
        if (--left > 0) {
          poll(ring);
          return false;
        }
        state = State::over;
        return true;
      case State::over:
        break;
    }
    return true;
  }
};

void run_machines(io_uring& ring, std::array<Machine, flows>& machines) {
  for (Machine& machine : machines) machine.begin(ring, steps);
  std::size_t running = machines.size();
  while (running > 0) {
    io_uring_submit_and_wait(&ring, 1);
    unsigned head = 0;
    unsigned count = 0;
    io_uring_cqe* completion = nullptr;
    io_uring_for_each_cqe(&ring, head, completion) {
      auto* const machine = static_cast<Machine*>(io_uring_cqe_get_data(completion));
      if (machine->on_completion(ring, completion->res)) --running;
      ++count;
    }
    io_uring_cq_advance(&ring, count);
  }
}

void state_machine(benchmark::State& state) {
  io_uring ring{};
  io_uring_params parameters{};
  parameters.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
  if (io_uring_queue_init_params(1024, &ring, &parameters) < 0) {
    return state.SkipWithError("no io_uring");
  }
  std::array<UniqueFd, flows> descriptors;
  std::array<Machine, flows> machines;
  for (std::size_t i = 0; i < flows; ++i) {
    descriptors[i] = always_ready();
    machines[i].fd = descriptors[i].get();
  }
  for ([[maybe_unused]] const auto _ : state) run_machines(ring, machines);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(flows) * steps);
  io_uring_queue_exit(&ring);
}

BENCHMARK(state_machine);

}  // namespace
}  // namespace ringcat
