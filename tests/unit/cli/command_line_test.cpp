#include "cli/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace ringcat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

struct Outcome {
  CommandLine line;
  std::string error;  // empty: none
};

// Reads the words as they would stand behind the program's name.
Outcome read(std::initializer_list<const char*> words) {
  std::vector<std::string> owned{words.begin(), words.end()};
  std::vector<char*> arguments;
  for (std::string& word : owned) arguments.push_back(word.data());
  Outcome outcome;
  const Result<void> result = read_command_line(arguments, outcome.line);
  if (!result) outcome.error = result.error().message;
  return outcome;
}

// Reads `flags` in front of two addresses; any error is a failure of the test.
CommandLine taken(std::initializer_list<const char*> flags) {
  std::vector<const char*> words{flags};
  words.insert(words.end(), {"-", "-"});
  std::vector<char*> arguments;
  for (const char* const word : words) arguments.push_back(const_cast<char*>(word));
  CommandLine line;
  const Result<void> result = read_command_line(arguments, line);
  EXPECT_TRUE(result) << result.error().message;
  return line;
}

TEST(command_line, takes_the_two_last_words_as_addresses) {
  const Outcome outcome = read({"TCP-L:1,fork", "-"});
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.line.addresses[0], "TCP-L:1,fork");
  EXPECT_EQ(outcome.line.addresses[1], "-");
}

TEST(command_line, a_dash_with_an_option_or_second_address_is_no_flag) {
  for (const char* const address : {"-,ignoreeof", "-!!STDOUT", "-:x"}) {
    EXPECT_EQ(read({"-u", address, "-"}).line.addresses[0], address);
  }
}

TEST(command_line, flags_behind_an_address_are_addresses) {
  EXPECT_THAT(read({"-", "-", "-u"}).error, HasSubstr("there are 3"));
}

TEST(command_line, defaults_are_those_of_socat) {
  const CommandLine line = taken({});
  EXPECT_EQ(line.log.threshold, LogLevel::error);
  EXPECT_EQ(line.session.half_close_timeout, Duration{milliseconds{500}});
  EXPECT_FALSE(line.half_close_timeout_given);
  EXPECT_EQ(line.session.inactivity_timeout, Duration::zero());
  EXPECT_EQ(line.session.flow, Flow::both);
  EXPECT_TRUE(line.check_option_groups);
}

TEST(command_line, each_d_shows_one_level_more) {
  EXPECT_EQ(taken({"-d"}).log.threshold, LogLevel::warning);
  EXPECT_EQ(taken({"-d", "-d"}).log.threshold, LogLevel::notice);
  EXPECT_EQ(taken({"-ddd"}).log.threshold, LogLevel::info);
  EXPECT_EQ(taken({"-ddd", "-ddd"}).log.threshold, LogLevel::debug);
}

TEST(command_line, d_with_a_digit_sets_the_level) {
  EXPECT_EQ(taken({"-d0"}).log.threshold, LogLevel::error);
  EXPECT_EQ(taken({"-d", "-d0"}).log.threshold, LogLevel::error);
  EXPECT_EQ(taken({"-d2"}).log.threshold, LogLevel::notice);
  EXPECT_EQ(taken({"-d4"}).log.threshold, LogLevel::debug);
  EXPECT_THAT(read({"-d5", "-", "-"}).error, HasSubstr("option -d"));
}

TEST(command_line, arguments_stand_in_the_same_word_or_the_next) {
  EXPECT_EQ(taken({"-t0.25"}).session.half_close_timeout, Duration{milliseconds{250}});
  EXPECT_EQ(taken({"-t", "3"}).session.half_close_timeout, Duration{seconds{3}});
  EXPECT_TRUE(taken({"-t", "3"}).half_close_timeout_given);
  EXPECT_EQ(taken({"--threads=4"}).engine.threads, 4u);
  EXPECT_EQ(taken({"--threads", "4"}).engine.threads, 4u);
  EXPECT_EQ(taken({"-lpwatch"}).log.program, "watch");
  EXPECT_EQ(taken({"-lp", "watch"}).log.program, "watch");
}

TEST(command_line, optional_arguments_stand_in_the_same_word_only) {
  const Outcome outcome = read({"-ly", "-", "/dev/null"});
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.line.log.sink, LogSettings::Sink::syslog);
  EXPECT_EQ(outcome.line.log.facility, "daemon");
  EXPECT_EQ(taken({"-lmlocal3"}).log.facility, "local3");
  EXPECT_EQ(taken({"-lmlocal3"}).log.sink, LogSettings::Sink::mixed);
}

TEST(command_line, every_value_reaches_its_setting) {
  const CommandLine line = taken({"-T", "5", "-b", "64k", "-U", "-6", "-s", "-g", "-D", "-S0xa",
                                  "--statistics", "--backend=epoll", "--busy-poll=50us",
                                  "--drain=2m", "--lane=splice", "--no-progress"});
  EXPECT_EQ(line.session.inactivity_timeout, Duration{seconds{5}});
  EXPECT_EQ(line.session.block_bytes, 65536u);
  EXPECT_EQ(line.session.flow, Flow::right_to_left);
  EXPECT_EQ(line.family, Family::ipv6);
  EXPECT_TRUE(line.sloppy);
  EXPECT_FALSE(line.check_option_groups);
  EXPECT_TRUE(line.report_descriptors);
  EXPECT_EQ(line.engine.signals_logged, 10u);
  EXPECT_TRUE(line.statistics);
  EXPECT_EQ(line.backend, BackendChoice::epoll);
  EXPECT_EQ(line.engine.busy_poll, Duration{std::chrono::microseconds{50}});
  EXPECT_EQ(line.engine.drain, Duration{std::chrono::minutes{2}});
  EXPECT_EQ(line.session.lane, LaneChoice::splice);
  EXPECT_FALSE(line.progress);
}

TEST(command_line, values_out_of_range_are_refused_by_the_flag) {
  for (const char* const word : {"-b0", "-b2G", "--threads=0", "--threads=100000", "--lane=fast",
                                 "--backend=poll", "-t-1", "-S0x100000000", "--drain="}) {
    EXPECT_THAT(read({word, "-", "-"}).error, HasSubstr("option -")) << word;
  }
}

TEST(command_line, merged_letters_are_refused_with_the_way_to_write_them) {
  EXPECT_EQ(read({"-uv", "-", "-"}).error,
            "do not merge single character options, i.e. use \"-u -v\" instead of \"-uv\"");
}

TEST(command_line, a_value_for_a_flag_that_takes_none_is_refused) {
  EXPECT_EQ(read({"--statistics=1", "-", "-"}).error, "option --statistics takes no value");
}

TEST(command_line, both_directions_at_once_are_refused) {
  EXPECT_THAT(read({"-u", "-U", "-", "-"}).error, HasSubstr("-U and -u must not be combined"));
  EXPECT_EQ(read({"-u", "-u", "-", "-"}).error, "");
}

TEST(command_line, only_one_lock_file_is_taken) {
  const CommandLine line = taken({"-W", "/run/lock/x"});
  ASSERT_TRUE(line.lock);
  EXPECT_EQ(line.lock->path, "/run/lock/x");
  EXPECT_TRUE(line.lock->wait);
  EXPECT_THAT(read({"-La", "-Wb", "-", "-"}).error, HasSubstr("only one -L or -W"));
}

TEST(command_line, help_and_version_need_no_addresses) {
  EXPECT_EQ(read({"-V"}).line.action, Action::print_version);
  EXPECT_EQ(read({"-hh"}).line.action, Action::print_help);
  EXPECT_EQ(read({"-hh"}).line.help_level, 2u);
  EXPECT_EQ(read({"-????"}).line.help_level, 3u);
  EXPECT_EQ(read({"-V"}).error, "");
  EXPECT_EQ(read({"--version"}).line.action, Action::print_version);
  EXPECT_EQ(read({"--help"}).line.help_level, 1u);
}

TEST(command_line, an_error_keeps_the_log_settings_in_front_of_it) {
  const Outcome outcome = read({"-lu", "-lpwatch", "-z", "-lh", "-", "-"});
  EXPECT_EQ(outcome.error, "unknown option \"-z\"; use option \"-h\" for help");
  EXPECT_TRUE(outcome.line.log.microseconds);
  EXPECT_EQ(outcome.line.log.program, "watch");
  EXPECT_FALSE(outcome.line.log.host_name);
}

TEST(command_line, a_misspelt_long_flag_is_named) {
  EXPECT_EQ(read({"--statistic", "-", "-"}).error,
            "unknown option \"--statistic\"; did you mean --statistics?");
  EXPECT_EQ(read({"--zzzzzz", "-", "-"}).error,
            "unknown option \"--zzzzzz\"; use option \"-h\" for help");
}

}  // namespace
}  // namespace ringcat
