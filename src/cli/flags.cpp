#include "cli/flags.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/quantity.hpp"

namespace ringcat {

namespace {

using Line = CommandLine;
using Text = std::string_view;

Result<void> read_duration(Text argument, Duration& into) {
  const Result<Duration> duration = parse_duration(argument);
  if (!duration) return std::unexpected(duration.error());
  into = *duration;
  return {};
}

// A whole number from `least` to `most`.
Result<std::uint64_t> read_number(Text argument, std::uint64_t least, std::uint64_t most) {
  const Result<std::uint64_t> number = parse_size(argument);
  if (!number) return number;
  if (*number < least || *number > most) {
    return fail(fmt::format("{} is not between {} and {}", argument, least, most));
  }
  return number;
}

template <typename Choice>
struct Named {
  Text name;
  Choice value;
};

template <typename Choice, std::size_t count>
Result<void> read_choice(Text argument, const std::array<Named<Choice>, count>& choices,
                         Choice& into) {
  std::string known;
  for (const Named<Choice>& choice : choices) {
    if (choice.name == argument) {
      into = choice.value;
      return {};
    }
    known += fmt::format("{}{}", known.empty() ? "" : ", ", choice.name);
  }
  return fail(fmt::format("\"{}\" is none of {}", argument, known));
}

constexpr std::array<Named<BackendChoice>, 3> backends{{
    {"io_uring", BackendChoice::io_uring},
    {"epoll", BackendChoice::epoll},
    {"auto", BackendChoice::automatic},
}};

constexpr std::array<Named<LaneChoice>, 3> lanes{{
    {"adaptive", LaneChoice::adaptive},
    {"copy", LaneChoice::copy},
    {"splice", LaneChoice::splice},
}};

// -d, -ddd: each `d` shows one level more. -d0 to -d4 (socat 1.8): that many more than errors.
Result<void> verbosity(Line& line, Text argument) {
  constexpr unsigned most = 4;
  const unsigned shown = static_cast<unsigned>(line.log.threshold) -  //
                         static_cast<unsigned>(LogLevel::error);
  unsigned wanted = 0;
  if (argument.size() == 1 && argument[0] >= '0' && argument[0] <= '4') {
    wanted = static_cast<unsigned>(argument[0] - '0');
  } else if (argument.find_first_not_of('d') == Text::npos) {
    wanted = shown + 1 + static_cast<unsigned>(argument.size());
  } else {
    return fail(fmt::format("takes more d or one digit from 0 to 4, not \"{}\"", argument));
  }
  line.verbose = true;
  line.log.threshold =
      static_cast<LogLevel>(static_cast<unsigned>(LogLevel::error) + std::min(wanted, most));
  return {};
}

// -h, -hh, -hhh, and the same with question marks.
Result<void> help(Line& line, Text argument) {
  if (argument.find_first_not_of("h?") != Text::npos) {
    return fail(fmt::format("takes nothing but more h, not \"{}\"", argument));
  }
  line.action = Action::print_help;
  line.help_level = std::min(1 + static_cast<unsigned>(argument.size()), 3U);
  return {};
}

Result<void> flow(Line& line, Flow wanted) {
  const bool other = line.session.flow != Flow::both && line.session.flow != wanted;
  if (other) return fail("-U and -u must not be combined");
  line.session.flow = wanted;
  return {};
}

Result<void> to_syslog(Line& line, Text facility, LogSettings::Sink sink) {
  line.log.sink = sink;
  if (!facility.empty()) line.log.facility = facility;
  return {};
}

Result<void> half_close_timeout(Line& line, Text argument) {
  line.half_close_timeout_given = true;
  return read_duration(argument, line.session.half_close_timeout);
}

Result<void> block_bytes(Line& line, Text argument) {
  const Result<std::uint64_t> bytes = read_number(argument, 1, std::uint64_t{1} << 30);
  if (!bytes) return std::unexpected(bytes.error());
  line.session.block_bytes = *bytes;
  return {};
}

Result<void> threads(Line& line, Text argument) {
  const Result<std::uint64_t> count = read_number(argument, 1, CPU_SETSIZE);
  if (!count) return std::unexpected(count.error());
  line.engine.threads = static_cast<unsigned>(*count);
  return {};
}

Result<void> logged_signals(Line& line, Text argument) {
  const Result<std::uint64_t> mask = read_number(argument, 0, UINT32_MAX);
  if (!mask) return std::unexpected(mask.error());
  line.engine.signals_logged = static_cast<std::uint32_t>(*mask);
  return {};
}

Result<void> lock(Line& line, Text path, bool wait) {
  if (line.lock) return fail("only one -L or -W can be given");
  line.lock = LockRequest{std::string{path}, wait};
  return {};
}

// For flags that store one value and cannot fail.
template <auto member, auto value>
Result<void> set(Line& line, Text) {
  line.*member = value;
  return {};
}

template <auto member, auto value>
Result<void> set_log(Line& line, Text) {
  line.log.*member = value;
  return {};
}

constexpr FlagArgument none = FlagArgument::none;
constexpr FlagArgument attached = FlagArgument::attached;
constexpr FlagArgument required = FlagArgument::required;
using Sink = LogSettings::Sink;

// clang-format off
constexpr std::array table{
    Flag{"-V", none, "", "print version and features, and exit",
         set<&Line::action, Action::print_version>},
    Flag{"-h", attached, "[h[h]]", "print this help (-hh: also the common address options; -hhh: all of them), and exit",
         help},
    Flag{"-?", attached, "[?[?]]", "the same as -h", help},
    Flag{"--help", none, "", "the same as -h", help},
    Flag{"--version", none, "", "the same as -V", set<&Line::action, Action::print_version>},
    Flag{"-d", attached, "[ddd|0-4]", "log more: each d adds warnings, notices, infos, debug", verbosity},
    Flag{"-D", none, "", "list the open file descriptors before the transfer starts",
         set<&Line::report_descriptors, true>},
    Flag{"-ly", attached, "[facility]", "log to syslog (facility: daemon)",
         [](Line& line, Text argument) { return to_syslog(line, argument, Sink::syslog); }},
    Flag{"-lm", attached, "[facility]", "log to standard error until the transfer starts, then to syslog",
         [](Line& line, Text argument) { return to_syslog(line, argument, Sink::mixed); }},
    Flag{"-lf", required, "<file>", "log to a file, appending",
         [](Line& line, Text argument) -> Result<void> {
           line.log.sink = Sink::file;
           line.log.file = argument;
           return {};
         }},
    Flag{"-ls", none, "", "log to standard error (the default)",
         set_log<&LogSettings::sink, Sink::standard_error>},
    Flag{"-lp", required, "<name>", "the program name in log lines",
         [](Line& line, Text argument) -> Result<void> {
           line.log.program = argument;
           return {};
         }},
    Flag{"-lu", none, "", "microseconds in log lines", set_log<&LogSettings::microseconds, true>},
    Flag{"-lh", none, "", "the host name in log lines", set_log<&LogSettings::host_name, true>},
    Flag{"-v", none, "", "dump the data as text", nullptr},
    Flag{"-x", none, "", "dump the data in hexadecimal", nullptr},
    Flag{"-r", required, "<file>", "write what flows from left to right to a file, too", nullptr},
    Flag{"-R", required, "<file>", "write what flows from right to left to a file, too", nullptr},
    Flag{"-b", required, "<size>", "move at most this many bytes at once (default: chosen by what is moved)",
         block_bytes},
    Flag{"-s", none, "", "sloppy: go on where an option cannot be applied", set<&Line::sloppy, true>},
    Flag{"-S", required, "<mask>", "log the arrival of these signals only (bit N: signal N)", logged_signals},
    Flag{"-t", required, "<seconds>", "wait this long without data after the first end of file (0.5; with fork 60)",
         half_close_timeout},
    Flag{"-T", required, "<seconds>", "end after this long without data in either direction",
         [](Line& line, Text argument) { return read_duration(argument, line.session.inactivity_timeout); }},
    Flag{"-u", none, "", "one direction: from left to right",
         [](Line& line, Text) { return flow(line, Flow::left_to_right); }},
    Flag{"-U", none, "", "one direction: from right to left",
         [](Line& line, Text) { return flow(line, Flow::right_to_left); }},
    Flag{"-g", none, "", "do not check that an option belongs to its address", set<&Line::check_option_groups, false>},
    Flag{"-L", required, "<lockfile>", "run only where the lock file is free, else fail",
         [](Line& line, Text argument) { return lock(line, argument, false); }},
    Flag{"-W", required, "<lockfile>", "run only where the lock file is free, else wait",
         [](Line& line, Text argument) { return lock(line, argument, true); }},
    Flag{"-4", none, "", "prefer IPv4 where an address leaves it open", set<&Line::family, Family::ipv4>},
    Flag{"-6", none, "", "prefer IPv6 where an address leaves it open", set<&Line::family, Family::ipv6>},
    Flag{"-0", none, "", "prefer neither (the default)", set<&Line::family, Family::any>},
    Flag{"--statistics", none, "", "log the counters at the end and on SIGUSR1", set<&Line::statistics, true>},
    Flag{"--threads", required, "<count>", "worker threads (one; with fork: one for each CPU)", threads},
    Flag{"--backend", required, "io_uring|epoll|auto", "how to wait for the kernel (auto)",
         [](Line& line, Text argument) { return read_choice(argument, backends, line.backend); }},
    Flag{"--busy-poll", required, "<duration>", "spin this long after the last data before sleeping",
         [](Line& line, Text argument) { return read_duration(argument, line.engine.busy_poll); }},
    Flag{"--drain", required, "<duration>", "how long sessions may go on after SIGTERM or SIGINT (30)",
         [](Line& line, Text argument) { return read_duration(argument, line.engine.drain); }},
    Flag{"--lane", required, "adaptive|copy|splice", "how data is moved, for diagnosis (adaptive)",
         [](Line& line, Text argument) { return read_choice(argument, lanes, line.session.lane); }},
    Flag{"--no-progress", none, "", "no progress line on a terminal", set<&Line::progress, false>},
};
// clang-format on

}  // namespace

std::span<const Flag> flags() {
  return table;
}

}  // namespace ringcat
