#include "base/log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <syslog.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/unique_fd.hpp"

namespace ringcat {

namespace {

struct Level {
  char letter;
  int priority;  // syslog(3)
};

constexpr std::array<Level, 6> levels{{
    {'F', LOG_CRIT},
    {'E', LOG_ERR},
    {'W', LOG_WARNING},
    {'N', LOG_NOTICE},
    {'I', LOG_INFO},
    {'D', LOG_DEBUG},
}};

struct Facility {
  std::string_view name;
  int value;
};

constexpr std::array<Facility, 20> facilities{{
    {"auth", LOG_AUTH},     {"authpriv", LOG_AUTHPRIV}, {"cron", LOG_CRON},
    {"daemon", LOG_DAEMON}, {"ftp", LOG_FTP},           {"kern", LOG_KERN},
    {"lpr", LOG_LPR},       {"mail", LOG_MAIL},         {"news", LOG_NEWS},
    {"syslog", LOG_SYSLOG}, {"user", LOG_USER},         {"uucp", LOG_UUCP},
    {"local0", LOG_LOCAL0}, {"local1", LOG_LOCAL1},     {"local2", LOG_LOCAL2},
    {"local3", LOG_LOCAL3}, {"local4", LOG_LOCAL4},     {"local5", LOG_LOCAL5},
    {"local6", LOG_LOCAL6}, {"local7", LOG_LOCAL7},
}};

struct Sink {
  LogSettings settings;
  std::string host;
  UniqueFd file;
  std::atomic<bool> to_syslog = false;
};

Sink& sink() {
  static Sink the_sink;
  return the_sink;
}

Result<int> facility_value(std::string_view name) {
  for (const Facility& facility : facilities) {
    if (facility.name == name) return facility.value;
  }
  return fail(fmt::format("unknown syslog facility \"{}\"", name));
}

std::string host_name() {
  if (const char* const given = std::getenv("HOSTNAME")) return given;
  utsname names{};
  return uname(&names) == 0 ? names.nodename : "localhost";
}

Result<void> open_file(Sink& target) {
  const std::string& path = target.settings.file;
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY;
  target.file.reset(::open(path.c_str(), flags, 0664));
  if (!target.file) return fail_errno(fmt::format("open log file \"{}\"", path), errno);
  return {};
}

Result<void> open_syslog(Sink& target) {
  const Result<int> facility = facility_value(target.settings.facility);
  if (!facility) return std::unexpected(facility.error());
  ::openlog(target.settings.program.c_str(), LOG_PID, *facility);
  return {};
}

Result<void> open_destination(Sink& target) {
  switch (target.settings.sink) {
    case LogSettings::Sink::file:
      return open_file(target);
    case LogSettings::Sink::syslog:
    case LogSettings::Sink::mixed:
      return open_syslog(target);
    case LogSettings::Sink::standard_error:
      return {};
  }
  return {};
}

void append_time(fmt::memory_buffer& line, bool microseconds) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  tm local{};
  ::localtime_r(&now.tv_sec, &local);
  fmt::format_to(fmt::appender(line), "{:04}/{:02}/{:02} {:02}:{:02}:{:02}", local.tm_year + 1900,
                 local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec);
  if (microseconds) fmt::format_to(fmt::appender(line), ".{:06}", now.tv_nsec / 1000);
}

void append_prefix(fmt::memory_buffer& line, const Sink& from, LogLevel level) {
  append_time(line, from.settings.microseconds);
  if (from.settings.host_name) fmt::format_to(fmt::appender(line), " {}", from.host);
  fmt::format_to(fmt::appender(line), " {}[{}] {} ", from.settings.program, ::getpid(),
                 levels[static_cast<std::size_t>(level)].letter);
}

void write_line(int fd, const fmt::memory_buffer& line) {
  // A log that cannot be written has nowhere to say so; only an interruption is worth a second try.
  while (::write(fd, line.data(), line.size()) < 0 && errno == EINTR) continue;
}

void write_entry(const Sink& target, LogLevel level, std::string_view text) {
  if (target.to_syslog) {
    const Level& as = levels[static_cast<std::size_t>(level)];
    ::syslog(as.priority, "%c %.*s", as.letter, static_cast<int>(text.size()), text.data());
    return;
  }
  fmt::memory_buffer line;
  append_prefix(line, target, level);
  line.append(text);
  line.push_back('\n');
  write_line(target.file ? target.file.get() : STDERR_FILENO, line);
}

// Lines that were held back, by key; short, as keys are places in the source.
struct Limited {
  const char* key;
  TimePoint last;
  std::uint64_t held_back = 0;
};

// How many lines of `key` were held back since the last one, or nothing where this one is too.
std::optional<std::uint64_t> pass_limit(const char* key) {
  static std::mutex mutex;
  static std::vector<Limited> table;
  const std::scoped_lock lock{mutex};
  const TimePoint moment = now();
  for (Limited& entry : table) {
    if (entry.key != key) continue;
    if (moment - entry.last < std::chrono::seconds{1}) {
      ++entry.held_back;
      return std::nullopt;
    }
    entry.last = moment;
    return std::exchange(entry.held_back, std::uint64_t{0});
  }
  table.push_back({key, moment});
  return 0;
}

}  // namespace

Result<void> configure_log(const LogSettings& settings) {
  Sink& target = sink();
  target.settings = settings;
  target.file.reset();
  if (settings.host_name) target.host = host_name();
  const Result<void> opened = open_destination(target);
  // What goes wrong here can only be reported on standard error.
  if (!opened) target.settings.sink = LogSettings::Sink::standard_error;
  target.to_syslog = target.settings.sink == LogSettings::Sink::syslog;
  return opened;
}

void log_transfer_starts() {
  Sink& target = sink();
  if (target.settings.sink == LogSettings::Sink::mixed) target.to_syslog = true;
}

bool log_enabled(LogLevel level) {
  return level <= sink().settings.threshold;
}

void log(LogLevel level, std::string_view text) {
  if (log_enabled(level)) write_entry(sink(), level, text);
}

void log_asked_for(std::string_view text) {
  write_entry(sink(), LogLevel::notice, text);
}

void log_limited(LogLevel level, const char* key, std::string_view text) {
  if (!log_enabled(level)) return;
  const std::optional<std::uint64_t> held_back = pass_limit(key);
  if (!held_back) return;
  if (*held_back == 0) return log(level, text);
  log(level, fmt::format("{} ({} more like this in the meantime)", text, *held_back));
}

}  // namespace ringcat
