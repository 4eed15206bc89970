// ProgressLine: one line on a terminal that says how far a transfer is, written over itself.
//
// Thread: main. Refuses: measuring (the engine does) and anything that is no terminal.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "engine/engine.hpp"

namespace ringcat {

class ProgressLine {
 public:
  explicit ProgressLine(int terminal) : terminal_(terminal) {}
  ProgressLine(const ProgressLine&) = delete;
  ~ProgressLine() { erase(); }

  void show(const Progress& progress);
  void erase();

  // `1.50 GiB of 2.00 GiB  512.00 MiB/s  1.00 s left`: the rate is that since `before`, the time
  // left follows from the average.
  [[nodiscard]] static std::string text(const Progress& progress, const Progress& before);

 private:
  void write(std::string_view bytes) const;

  int terminal_;
  bool shown_ = false;
  Progress before_;
};

}  // namespace ringcat
