// Pump: one direction of a session, from the channel that is read to the one that is written.
//
// It knows how each of its ends is read and written, counts, and can be cancelled; how data moves
// is the lanes' business, in what order the pump's. Thread: the session's. Refuses: deciding when a
// session ends.
#pragma once

#include <cstdint>
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
  Pump(Session& session, unsigned number, Channel& source, Channel& target);

  [[nodiscard]] Session& session() const { return session_; }
  [[nodiscard]] const FlowCounters& counters() const { return counters_; }
  [[nodiscard]] FlowCounters& counters() { return counters_; }

  // 0: left to right, 1: right to left.
  [[nodiscard]] unsigned number() const { return number_; }
  [[nodiscard]] Channel& source() const { return source_; }
  [[nodiscard]] Channel& target() const { return target_; }
  [[nodiscard]] int source_fd() const { return source_.reading_fd(); }
  [[nodiscard]] int target_fd() const { return target_.writing_fd(); }

  // --- Moving data: `expect_data` as for Reactor::receive ---

  [[nodiscard]] ReceiveOperation receive(bool expect_data);
  [[nodiscard]] Operation send(std::span<const std::byte> bytes);

  // Bytes that may still be read at once: `-b`, and what `readbytes` leaves; 0: the limit is
  // reached.
  [[nodiscard]] std::size_t read_allowance(std::size_t most) const;

  void count_read(std::size_t bytes) { source_.read_limit -= bytes; }
  void count_written(std::size_t bytes);

  // Tells the target that nothing more will come, as its `shut-…` option says.
  void finish_output();

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
  Session& session_;
  Channel& source_;
  Channel& target_;
  FlowCounters counters_;
  unsigned number_;
};

// Moves one direction to its end, changing lanes as the data asks for, and passes the half-close
// on.
[[nodiscard]] Task<void> run_pump(Pump& pump);

}  // namespace ringcat
