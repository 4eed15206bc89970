// Files, pipes and descriptors that were given to the process.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "endpoint_test.hpp"

namespace ringcat {
namespace {

class StreamTest : public EndpointTest {
 protected:
  void write_file(const std::string& name, std::string_view text) {
    std::ofstream{path(name)} << text;
  }

  std::string read_file(const std::string& name) {
    std::ifstream file{path(name)};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  void write_to(const Channel& channel, std::string_view text) {
    ASSERT_EQ(::write(channel.writing_fd(), text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
  }

  std::string read_some(const Channel& channel) {
    std::array<char, 64> text{};
    const ssize_t count = ::read(channel.reading_fd(), text.data(), text.size());
    return count > 0 ? std::string(text.data(), static_cast<std::size_t>(count)) : std::string{};
  }

  mode_t mode_of(const std::string& name) {
    struct stat status{};
    EXPECT_EQ(::stat(path(name).c_str(), &status), 0);
    return status.st_mode & 07777U;
  }
};

TEST_P(StreamTest, open_reads_and_writes_an_existing_file) {
  write_file("f", "abc");
  const auto file = open("OPEN:" + path("f"));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->reader.kind, FdKind::regular_file);
  EXPECT_EQ(file->size_hint, 3U);
  EXPECT_EQ(file->end_of_output, EndOfOutput::none);
  EXPECT_EQ(read_some(*file), "abc");
  EXPECT_NE(logged().find("N opening regular file \"" + path("f") + "\" for reading and writing"),
            std::string::npos);
}

TEST_P(StreamTest, open_creates_only_where_asked_for) {
  const auto missing = open("OPEN:" + path("f"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ENOENT);
  EXPECT_TRUE(open("OPEN:" + path("f") + ",creat,mode=640"));
  EXPECT_EQ(mode_of("f"), 0640U);
  EXPECT_FALSE(open("OPEN:" + path("f") + ",creat,excl"));
}

TEST_P(StreamTest, mode_holds_for_a_new_file_and_leaves_an_old_one_alone) {
  const mode_t before = ::umask(022);
  write_file("old", "");
  EXPECT_TRUE(open("OPEN:" + path("old") + ",creat,mode=600"));
  EXPECT_TRUE(open("OPEN:" + path("new") + ",creat,mode=666"));
  EXPECT_TRUE(open("PIPE:" + path("pipe") + ",mode=666,unlink-close=0"));
  EXPECT_EQ(mode_of("old"), 0644U);
  EXPECT_EQ(mode_of("new"), 0644U);
  EXPECT_EQ(mode_of("pipe"), 0666U);
  ::umask(before);
}

TEST_P(StreamTest, the_direction_chooses_the_access_mode) {
  write_file("f", "abc");
  const auto reading = open("OPEN:" + path("f"), Direction::read);
  const auto writing = open("OPEN:" + path("f"), Direction::write);
  const auto told = open("OPEN:" + path("f") + ",rdonly");
  ASSERT_TRUE(reading && writing && told);
  EXPECT_EQ(::fcntl(reading->reading_fd(), F_GETFL) & O_ACCMODE, O_RDONLY);
  EXPECT_EQ(::fcntl(writing->writing_fd(), F_GETFL) & O_ACCMODE, O_WRONLY);
  EXPECT_EQ(::fcntl(told->reading_fd(), F_GETFL) & O_ACCMODE, O_RDONLY);
  EXPECT_EQ(writing->size_hint, 0U);
}

TEST_P(StreamTest, create_empties_the_file_and_cannot_be_read) {
  write_file("f", "old");
  const auto file = open("CREATE:" + path("f"), Direction::write);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(read_file("f"), "");
  EXPECT_FALSE(open("CREATE:" + path("f"), Direction::both));
}

TEST_P(StreamTest, gopen_appends_to_what_is_there_and_creates_what_is_not) {
  write_file("f", "abc");
  {
    const auto file = open(path("f"));
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_TRUE(file->writer.appending);
    write_to(*file, "def");
  }
  EXPECT_EQ(read_file("f"), "abcdef");
  const auto fresh = open("GOPEN:" + path("g"));
  ASSERT_TRUE(fresh) << fresh.error().message;
  EXPECT_TRUE(std::filesystem::exists(path("g")));
}

TEST_P(StreamTest, a_device_is_named_as_one) {
  const auto device = open("/dev/null", Direction::write);
  ASSERT_TRUE(device) << device.error().message;
  EXPECT_EQ(device->writer.kind, FdKind::device);
  EXPECT_NE(logged().find("N opening character device \"/dev/null\" for writing"),
            std::string::npos);
}

TEST_P(StreamTest, position_and_length_options_are_applied) {
  write_file("f", "0123456789");
  const auto seek = open("OPEN:" + path("f") + ",seek=4");
  ASSERT_TRUE(seek);
  EXPECT_EQ(seek->size_hint, 6U);
  EXPECT_EQ(read_some(*seek), "456789");
  const auto from_end = open("OPEN:" + path("f") + ",seek-end=-2");
  ASSERT_TRUE(from_end);
  EXPECT_EQ(read_some(*from_end), "89");
  const auto limited = open("OPEN:" + path("f") + ",readbytes=3");
  ASSERT_TRUE(limited);
  EXPECT_EQ(limited->read_limit, 3U);
  EXPECT_EQ(limited->size_hint, 3U);
  const auto cut = open("OPEN:" + path("f") + ",ftruncate=2");
  ASSERT_TRUE(cut);
  EXPECT_EQ(read_file("f"), "01");
  EXPECT_TRUE(open("OPEN:" + path("f") + ",trunc"));
  EXPECT_EQ(read_file("f"), "");
}

TEST_P(StreamTest, channel_options_reach_the_channel) {
  write_file("f", "");
  const auto channel =
      open("OPEN:" + path("f") + ",ignoreeof,cool-write,crnl,escape=27,shut-close");
  ASSERT_TRUE(channel) << channel.error().message;
  EXPECT_TRUE(channel->ignore_eof);
  EXPECT_TRUE(channel->cool_write);
  EXPECT_EQ(channel->line_ends, LineEnds::crnl);
  EXPECT_EQ(channel->escape, 27);
  EXPECT_EQ(channel->end_of_output, EndOfOutput::close);
}

TEST_P(StreamTest, a_lock_that_is_held_fails_or_is_waited_for) {
  write_file("f", "");
  UniqueFd holder{::open(path("f").c_str(), O_RDWR | O_CLOEXEC)};
  ASSERT_EQ(::flock(holder.get(), LOCK_EX), 0);
  const auto failing = open("OPEN:" + path("f") + ",flock-ex-nb");
  ASSERT_FALSE(failing);
  EXPECT_EQ(failing.error().code, EAGAIN);
  const auto release = [&]() -> Task<void> {
    co_await sleep_for{*reactor_, std::chrono::milliseconds{50}};
    holder.reset();
  };
  release().detach();
  const auto waiting = open("OPEN:" + path("f") + ",flock-ex");
  EXPECT_TRUE(waiting) << waiting.error().message;
  EXPECT_TRUE(open("OPEN:" + path("f") + ",setlk"));
}

TEST_P(StreamTest, a_lock_file_is_made_refused_and_removed) {
  {
    const auto locked = open("OPEN:/dev/null,lockfile=" + path("lock"));
    ASSERT_TRUE(locked) << locked.error().message;
    EXPECT_TRUE(std::filesystem::exists(path("lock")));
    EXPECT_FALSE(open("OPEN:/dev/null,lockfile=" + path("lock")));
  }
  EXPECT_FALSE(std::filesystem::exists(path("lock")));
  write_file("lock", "");
  const auto release = [&]() -> Task<void> {
    co_await sleep_for{*reactor_, std::chrono::milliseconds{50}};
    std::filesystem::remove(path("lock"));
  };
  release().detach();
  EXPECT_TRUE(open("OPEN:/dev/null,waitlock=" + path("lock")));
}

TEST_P(StreamTest, names_are_unlinked_when_asked_for) {
  write_file("a", "");
  const auto late = open("OPEN:" + path("a") + ",unlink-late");
  ASSERT_TRUE(late);
  EXPECT_FALSE(std::filesystem::exists(path("a")));
  {
    EXPECT_TRUE(open("OPEN:" + path("b") + ",creat,unlink-close"));
  }
  EXPECT_FALSE(std::filesystem::exists(path("b")));
  {
    EXPECT_TRUE(open("OPEN:" + path("c") + ",creat"));
  }
  EXPECT_TRUE(std::filesystem::exists(path("c")));
}

TEST_P(StreamTest, an_unnamed_pipe_echoes_and_ends_by_closing) {
  const auto echo = open("PIPE");
  ASSERT_TRUE(echo) << echo.error().message;
  EXPECT_EQ(echo->end_of_output, EndOfOutput::close);
  EXPECT_EQ(echo->reader.kind, FdKind::pipe);
  EXPECT_TRUE(echo->reader.nonblocking && echo->writer.nonblocking);
  expect_bytes_pass(*echo, *echo);
}

TEST_P(StreamTest, a_named_pipe_is_made_used_both_ways_and_removed) {
  {
    const auto pipe = open("PIPE:" + path("p") + ",mode=600");
    ASSERT_TRUE(pipe) << pipe.error().message;
    EXPECT_TRUE(std::filesystem::is_fifo(path("p")));
    EXPECT_EQ(mode_of("p"), 0600U);
    expect_bytes_pass(*pipe, *pipe);
  }
  EXPECT_FALSE(std::filesystem::exists(path("p")));
}

TEST_P(StreamTest, the_other_end_of_a_named_pipe_is_waited_for) {
  ASSERT_EQ(::mkfifo(path("p").c_str(), 0600), 0);
  const auto both = [this]() -> Task<bool> {
    Latch latch;
    Task<Result<Channel>> reading =
        open_channel(context(Direction::read), spec("PIPE:" + path("p")));
    reading.start(latch);
    Result<Channel> writer =
        co_await open_channel(context(Direction::write), spec("PIPE:" + path("p")));
    if (writer) write_to(*writer, "x");
    co_await all_of{latch};
    Result<Channel> reader = reading.result();
    co_return reader&& writer&& read_some(*reader) == "x";
  };
  EXPECT_TRUE(await(both()));
  const auto alone = [this]() -> Task<bool> {
    const TimePoint start = now();
    Latch latch;
    Task<Result<Channel>> writing =
        open_channel(context(Direction::write), spec("OPEN:" + path("q")));
    ::mkfifo(path("q").c_str(), 0600);
    writing.start(latch);
    co_await sleep_for{*reactor_, std::chrono::milliseconds{40}};
    const UniqueFd reader{::open(path("q").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    co_await all_of{latch};
    Result<Channel> writer = writing.result();
    co_return writer&& now() - start >= std::chrono::milliseconds { 40 };
  };
  EXPECT_TRUE(await(alone()));
}

TEST_P(StreamTest, stdio_reads_0_and_writes_1_and_a_served_session_leaves_them_open) {
  OpenContext served = context();
  served.served = true;
  {
    const auto stdio = open(served, "-");
    ASSERT_TRUE(stdio) << stdio.error().message;
    EXPECT_EQ(stdio->reading_fd(), 0);
    EXPECT_EQ(stdio->writing_fd(), 1);
    served.direction = Direction::write;
    const auto out = open(served, "STDIO");
    ASSERT_TRUE(out);
    EXPECT_EQ(out->writing_fd(), 1);
    served.direction = Direction::read;
    const auto in = open(served, "STDIO");
    ASSERT_TRUE(in);
    EXPECT_EQ(in->reading_fd(), 0);
  }
  EXPECT_GE(::fcntl(0, F_GETFD), 0);
  EXPECT_GE(::fcntl(1, F_GETFD), 0);
  EXPECT_NE(logged().find("N reading from and writing to stdio"), std::string::npos);
}

TEST_P(StreamTest, standard_error_stays_open_for_the_log) {
  {
    EXPECT_TRUE(open("STDERR", Direction::write));
  }
  EXPECT_GE(::fcntl(2, F_GETFD), 0);
}

TEST_P(StreamTest, a_given_descriptor_keeps_its_flags_and_is_closed_at_the_end) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd other{ends[1]};
  const int flags = ::fcntl(ends[0], F_GETFL);
  {
    const auto channel = open("FD:" + std::to_string(ends[0]));
    ASSERT_TRUE(channel) << channel.error().message;
    EXPECT_FALSE(channel->reader.nonblocking);
    EXPECT_EQ(::fcntl(ends[0], F_GETFL), flags);
  }
  EXPECT_LT(::fcntl(ends[0], F_GETFD), 0);
  const auto gone = open("FD:" + std::to_string(ends[0]));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, EBADF);
}

TEST_P(StreamTest, a_descriptor_for_writing_only_is_known_as_such) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const auto reading = open("FD:" + std::to_string(ends[0]));
  const auto writing = open("FD:" + std::to_string(ends[1]));
  ASSERT_TRUE(reading && writing);
  EXPECT_TRUE(reading->readable);
  EXPECT_FALSE(writing->readable);
}

TEST_P(StreamTest, a_dual_address_reads_the_one_and_writes_the_other) {
  write_file("in", "abc");
  const auto dual = open("OPEN:" + path("in") + "!!CREATE:" + path("out"));
  ASSERT_TRUE(dual) << dual.error().message;
  EXPECT_EQ(read_some(*dual), "abc");
  write_to(*dual, "def");
  EXPECT_EQ(read_file("out"), "def");
}

TEST_P(StreamTest, a_dual_address_with_a_shared_half_closes_only_its_own) {
  write_file("in", "abc");
  {
    const auto dual = open("OPEN:" + path("in") + "!!STDERR");
    ASSERT_TRUE(dual) << dual.error().message;
  }
  EXPECT_GE(::fcntl(2, F_GETFD), 0);
}

RINGCAT_BOTH_BACKENDS(StreamTest);

}  // namespace
}  // namespace ringcat
