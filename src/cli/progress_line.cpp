#include "cli/progress_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/quantity.hpp"

namespace ringcat {

namespace {

constexpr std::string_view erase_line = "\r\x1b[K";

double bytes_per_second(std::uint64_t bytes, Duration time) {
  const double seconds = std::chrono::duration<double>(time).count();
  return seconds > 0 ? static_cast<double>(bytes) / seconds : 0;
}

// Empty where the size is unknown or was reached, or nothing has moved yet.
std::string time_left(const Progress& progress) {
  const double rate = bytes_per_second(progress.bytes, progress.elapsed);
  if (progress.size_hint <= progress.bytes || rate <= 0) return {};
  const double seconds = static_cast<double>(progress.size_hint - progress.bytes) / rate;
  constexpr double worth_saying = 30.0 * 24 * 3600;
  if (seconds > worth_saying) return {};
  const auto duration = std::chrono::duration<double>{seconds};
  return fmt::format("  {} left", format_duration(std::chrono::duration_cast<Duration>(duration)));
}

}  // namespace

std::string ProgressLine::text(const Progress& progress, const Progress& before) {
  const double rate =
      bytes_per_second(progress.bytes - before.bytes, progress.elapsed - before.elapsed);
  const std::string size =
      progress.size_hint > 0 ? fmt::format(" of {}", format_bytes(progress.size_hint)) : "";
  return fmt::format("{}{}  {}/s{}", format_bytes(progress.bytes), size,
                     format_bytes(static_cast<std::uint64_t>(rate)), time_left(progress));
}

void ProgressLine::show(const Progress& progress) {
  write(fmt::format("{}{}", erase_line, text(progress, before_)));
  before_ = progress;
  shown_ = true;
}

void ProgressLine::erase() {
  if (shown_) write(erase_line);
  shown_ = false;
}

void ProgressLine::write(std::string_view bytes) const {
  // A terminal that has gone away shows no progress; the transfer does not depend on it.
  [[maybe_unused]] const ssize_t written = ::write(terminal_, bytes.data(), bytes.size());
}

}  // namespace ringcat
