// FaultyBackend: a backend that misbehaves as kernels do, around a real one: short transfers,
// "not now", no memory, no descriptors, and everything late. What goes wrong when follows from a
// seed.
//
// Thread: the reactor's. Refuses: what no kernel does (data is never changed, reordered or lost).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "ring/backend.hpp"

namespace ringcat {

enum class Fault : std::uint8_t {
  shortened,       // a transfer moves less than it could
  not_ready,       // EAGAIN, of operations and of direct calls
  out_of_memory,   // ENOBUFS or ENOMEM, of operations
  accept_refused,  // EMFILE
  splice_refused,  // EINVAL: this pair of descriptors knows no splice(2)
  started_late,    // an operation reaches the kernel some turns later
  completed_late,  // whoever awaits is resumed some turns later, after others
  cancelled_late,  // a cancellation reaches the kernel some turns later
};
inline constexpr std::size_t fault_count = 8;

template <typename T>
using PerFault = std::array<T, fault_count>;

struct FaultPlan {
  std::uint64_t seed = 0;
  PerFault<unsigned> one_in{};             // how rare: one of so many chances; 0: never
  std::size_t most_shortened = 64 * 1024;  // bytes a shortened transfer still moves at most
  unsigned most_turns_late = 6;

  [[nodiscard]] unsigned& rarity(Fault fault) { return one_in[static_cast<std::size_t>(fault)]; }
};

// How often each fault was injected.
using FaultCounts = PerFault<std::uint64_t>;

class FaultyBackend final : public Backend {
 public:
  // `counts` outlives the backend.
  FaultyBackend(std::unique_ptr<Backend> real, Completions& completions, const FaultPlan& plan,
                FaultCounts& counts);

  void start(Operation& operation) override;
  void start(Acceptor& acceptor) override;
  void cancel(Operation& operation) override;
  void cancel_all() override;
  void wait(Duration limit) override;

  std::int64_t splice(int from, int to, std::size_t bytes, unsigned flags) override;
  std::int64_t tee(int from, int to, std::size_t bytes) override;
  std::int64_t receive(int socket, std::span<std::byte> into) override;
  std::int64_t send(int socket, std::span<const std::byte> bytes, int flags) override;

 private:
  struct Late {
    Operation* operation;
    std::uint64_t turn;  // when it is due
  };
  using LateOperations = std::vector<Late>;

  [[nodiscard]] bool happens(Fault fault);
  [[nodiscard]] std::uint64_t random_up_to(std::uint64_t most);
  [[nodiscard]] std::size_t shortened(std::size_t bytes);
  [[nodiscard]] int injected_error(const Operation::Request& request);
  void postpone(LateOperations& late, Operation& operation);
  [[nodiscard]] LateOperations take_due(LateOperations& late) const;
  [[nodiscard]] bool holds_something() const;
  void forget_completed_cancellations();
  void hold_completions_back();

  std::unique_ptr<Backend> real_;
  FaultPlan plan_;
  FaultCounts& counts_;
  std::mt19937_64 random_;
  std::uint64_t turn_ = 0;
  LateOperations late_starts_;
  LateOperations late_completions_;
  LateOperations late_cancellations_;
};

// For ReactorSettings::wrap_backend. `counts` outlives the reactor.
[[nodiscard]] std::function<std::unique_ptr<Backend>(std::unique_ptr<Backend>, Completions&)>
with_faults(const FaultPlan& plan, FaultCounts& counts);

}  // namespace ringcat
