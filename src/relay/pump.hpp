// Pump: one direction of a session, from the channel that is read to the one that is written.
//
// It knows how each of its ends is read and written, counts, and can be cancelled; how data moves
// is the lanes' business, in what order the pump's. Thread: the session's. Refuses: deciding when a
// session ends.
#pragma once

#include <coroutine>
#include <cstdint>
#include <optional>
#include <span>

#include "endpoint/channel.hpp"
#include "ring/reactor.hpp"

namespace ringcat {

class Session;

struct FlowCounters {
  std::uint64_t bytes = 0;
  std::uint64_t transfers = 0;  // hand-overs: sends, writes, or splices out
  std::uint32_t bulk_runs = 0;  // times the direction went over to its bulk lane
};

class Pump {
 public:
  Pump(Session& session, std::uint8_t number) : session_(session), number_(number) {}

  [[nodiscard]] Session& session() const { return session_; }
  [[nodiscard]] const FlowCounters& counters() const { return counters_; }
  [[nodiscard]] FlowCounters& counters() { return counters_; }

  // 0: left to right, 1: right to left.
  [[nodiscard]] unsigned number() const { return number_; }
  [[nodiscard]] Channel& source() const;
  [[nodiscard]] Channel& target() const;
  [[nodiscard]] int source_fd() const { return source().reading_fd(); }
  [[nodiscard]] int target_fd() const { return target().writing_fd(); }

  // --- Moving data ---

  // Starts to receive into a pooled buffer, unless that is under way. The operation lives here, so
  // that an idle direction needs no lane.
  void receive_ahead();
  [[nodiscard]] bool receives() const { return ahead_.has_value(); }
  [[nodiscard]] Operation& reading_ahead() { return *ahead_; }
  [[nodiscard]] bool has_arrived() const { return ahead_ && ahead_->is_done(); }

  // `co_await pump.arrival()`: until what receive_ahead() has started is done.
  class Arrival;
  [[nodiscard]] Arrival arrival();

  // What has arrived; the next receive_ahead() tries at once or waits for readiness accordingly.
  [[nodiscard]] Received take_arrived();

  // Receives in a row that filled their buffer.
  [[nodiscard]] unsigned full_in_a_row() const { return full_in_a_row_; }

  // Sends what a socket takes without waiting; what comes back is the rest. An error is left for
  // send() to meet.
  [[nodiscard]] std::span<const std::byte> send_now(std::span<const std::byte> bytes);
  [[nodiscard]] Operation send(std::span<const std::byte> bytes);

  // Bytes that may still be read at once: `-b`, and what `readbytes` leaves; 0: the limit is
  // reached.
  [[nodiscard]] std::size_t read_allowance(std::size_t most) const;

  void count_read(std::size_t bytes) { source().read_limit -= bytes; }
  void count_written(std::size_t bytes);

  // Tells the target that nothing more will come, as its `shut-…` option says.
  void finish_output();

  // Whether closing the target tells its peer the same.
  [[nodiscard]] bool closing_says_it() const;

  // --- Cancelling: what is in flight, so that the session can end it ---

  void cancel();

  // Stands for an operation in flight; `slot` is Pump::reading or Pump::writing. What is begun
  // after the session began to end is cancelled at once.
  class InFlight {
   public:
    InFlight(Pump& pump, Operation* Pump::* slot, Operation& operation);
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    ~InFlight() { slot_ = nullptr; }

   private:
    Operation*& slot_;
  };
  Operation* reading = nullptr;
  Operation* writing = nullptr;

 private:
  [[nodiscard]] ReceiveOperation receive();

  Session& session_;
  std::optional<ReceiveOperation> ahead_;
  FlowCounters counters_;
  std::uint8_t number_;
  std::uint8_t full_in_a_row_ = 0;
  bool expects_data_ = true;  // the first receive may find data: try at once
};

class [[nodiscard]] Pump::Arrival {
 public:
  explicit Arrival(Operation& receiving) noexcept : receiving_(receiving) {}
  [[nodiscard]] bool await_ready() const noexcept { return receiving_.is_done(); }
  void await_suspend(std::coroutine_handle<> waiter) noexcept { receiving_.await_suspend(waiter); }
  static void await_resume() noexcept {}

 private:
  Operation& receiving_;
};

inline Pump::Arrival Pump::arrival() {
  return Arrival{*ahead_};
}

// Moves one direction to its end, changing lanes as the data asks for, and passes the half-close
// on.
[[nodiscard]] Task<void> run_pump(Pump& pump);

}  // namespace ringcat
