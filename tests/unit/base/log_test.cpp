#include "base/log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <regex>

#include "base/unique_fd.hpp"

namespace ringcat {
namespace {

// Everything written to standard error while this object lives.
class CapturedStderr {
 public:
  CapturedStderr() : file_(::memfd_create("stderr", 0)), saved_(::dup(STDERR_FILENO)) {
    ::dup2(file_.get(), STDERR_FILENO);
  }
  ~CapturedStderr() { ::dup2(saved_.get(), STDERR_FILENO); }

  [[nodiscard]] std::string text() const {
    std::array<char, 4096> bytes{};
    const ssize_t count = ::pread(file_.get(), bytes.data(), bytes.size(), 0);
    return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
  }

 private:
  UniqueFd file_;
  UniqueFd saved_;
};

class log_line : public testing::Test {
 protected:
  void TearDown() override { ASSERT_TRUE(configure_log({})); }

  static std::string logged_with(const LogSettings& settings, LogLevel level) {
    EXPECT_TRUE(configure_log(settings));
    const CapturedStderr captured;
    log(level, "some text");
    return captured.text();
  }
};

void expect_match(const std::string& text, const std::string& pattern) {
  EXPECT_TRUE(std::regex_match(text, std::regex{pattern})) << text;
}

TEST_F(log_line, has_the_format_of_socat) {
  expect_match(logged_with({}, LogLevel::error), R"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d ringcat\[)" +
                                                     std::to_string(::getpid()) +
                                                     R"(\] E some text\n)");
}

TEST_F(log_line, carries_microseconds_host_and_program_when_asked) {
  ::setenv("HOSTNAME", "myhost", 1);
  const LogSettings settings{.program = "relay", .microseconds = true, .host_name = true};
  expect_match(logged_with(settings, LogLevel::warning),
               R"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6} myhost relay\[\d+\] W some text\n)");
}

TEST_F(log_line, is_not_written_beyond_the_threshold) {
  EXPECT_EQ(logged_with({.threshold = LogLevel::error}, LogLevel::warning), "");
  EXPECT_NE(logged_with({.threshold = LogLevel::error}, LogLevel::fatal), "");
  EXPECT_NE(logged_with({.threshold = LogLevel::debug}, LogLevel::debug), "");
}

TEST_F(log_line, that_was_asked_for_is_written_whatever_the_threshold) {
  ASSERT_TRUE(configure_log({.threshold = LogLevel::fatal}));
  const CapturedStderr captured;
  log_asked_for("counters");
  EXPECT_TRUE(captured.text().ends_with(" N counters\n")) << captured.text();
}

TEST_F(log_line, is_appended_to_the_file_and_not_written_to_standard_error) {
  std::string path = "/tmp/ringcat-log-test-XXXXXX";
  const UniqueFd file{::mkstemp(path.data())};
  ASSERT_EQ(::write(file.get(), "before\n", 7), 7);
  const LogSettings settings{.sink = LogSettings::Sink::file, .file = path};
  EXPECT_EQ(logged_with(settings, LogLevel::error), "");

  std::array<char, 256> bytes{};
  const ssize_t count = ::pread(file.get(), bytes.data(), bytes.size(), 0);
  const std::string text{bytes.data(), static_cast<std::size_t>(count)};
  EXPECT_TRUE(text.starts_with("before\n")) << text;
  EXPECT_TRUE(text.ends_with(" E some text\n")) << text;
  ::unlink(path.c_str());
}

TEST_F(log_line, of_a_file_that_cannot_be_opened_is_an_error_with_its_cause) {
  const Result<void> result =
      configure_log({.sink = LogSettings::Sink::file, .file = "/nonexistent/log"});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message,
            "open log file \"/nonexistent/log\": No such file or directory");
  EXPECT_EQ(result.error().code, ENOENT);
}

TEST_F(log_line, of_an_unknown_facility_is_an_error_that_names_it) {
  const Result<void> result =
      configure_log({.sink = LogSettings::Sink::syslog, .facility = "nonesuch"});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "unknown syslog facility \"nonesuch\"");
  const CapturedStderr captured;
  log(LogLevel::error, "reported");
  EXPECT_TRUE(captured.text().ends_with(" E reported\n")) << captured.text();
}

TEST_F(log_line, in_mixed_mode_leaves_standard_error_when_the_transfer_starts) {
  ASSERT_TRUE(configure_log({.sink = LogSettings::Sink::mixed}));
  const CapturedStderr captured;
  log(LogLevel::error, "before");
  log_transfer_starts();
  log(LogLevel::error, "after");
  EXPECT_TRUE(captured.text().ends_with(" E before\n")) << captured.text();
}

TEST_F(log_line, of_the_same_key_is_held_back_within_a_second) {
  ASSERT_TRUE(configure_log({}));
  const CapturedStderr captured;
  log_limited(LogLevel::warning, "key a", "first");
  log_limited(LogLevel::warning, "key a", "second");
  log_limited(LogLevel::warning, "key b", "third");
  EXPECT_TRUE(captured.text().contains("first"));
  EXPECT_FALSE(captured.text().contains("second"));
  EXPECT_TRUE(captured.text().contains("third"));
}

TEST_F(log_line, after_held_back_ones_counts_them) {
  ASSERT_TRUE(configure_log({}));
  const CapturedStderr captured;
  for (int i = 0; i < 4; ++i) log_limited(LogLevel::warning, "key c", "too many");
  ::usleep(1'050'000);
  log_limited(LogLevel::warning, "key c", "too many");
  EXPECT_TRUE(captured.text().ends_with("too many (3 more like this in the meantime)\n"))
      << captured.text();
}

}  // namespace
}  // namespace ringcat
