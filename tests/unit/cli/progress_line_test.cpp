#include "cli/progress_line.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "base/unique_fd.hpp"

namespace ringcat {
namespace {

using std::chrono::seconds;

constexpr std::uint64_t gib = 1ULL << 30;

Progress progress(std::uint64_t bytes, std::uint64_t size, int elapsed) {
  return {.bytes = bytes, .size_hint = size, .elapsed = seconds{elapsed}};
}

TEST(progress_line, shows_bytes_and_the_rate_since_the_last_time) {
  EXPECT_EQ(ProgressLine::text(progress(3 * gib, 0, 2), progress(gib, 0, 1)),
            "3.00 GiB  2.00 GiB/s");
}

TEST(progress_line, shows_the_time_left_from_the_average_where_the_size_is_known) {
  EXPECT_EQ(ProgressLine::text(progress(gib, 4 * gib, 2), progress(0, 4 * gib, 1)),
            "1.00 GiB of 4.00 GiB  1.00 GiB/s  6.00 s left");
}

TEST(progress_line, promises_nothing_where_nothing_moves_or_the_size_was_passed) {
  EXPECT_EQ(ProgressLine::text(progress(0, gib, 2), {}), "0 B of 1.00 GiB  0 B/s");
  EXPECT_EQ(ProgressLine::text(progress(2 * gib, gib, 2), progress(gib, gib, 1)),
            "2.00 GiB of 1.00 GiB  1.00 GiB/s");
  EXPECT_EQ(ProgressLine::text(progress(1, 1ULL << 62, 1), {}), "1 B of 4.00 EiB  1 B/s");
}

TEST(progress_line, is_written_over_itself_and_erased_at_the_end) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const UniqueFd reader{ends[0]};
  const UniqueFd writer{ends[1]};
  {
    ProgressLine line{writer.get()};
    line.show(progress(1024, 0, 1));
    line.show(progress(3072, 0, 2));
  }
  std::array<char, 256> bytes{};
  const ssize_t count = ::read(reader.get(), bytes.data(), bytes.size());
  EXPECT_EQ(std::string(bytes.data(), static_cast<std::size_t>(count)),
            "\r\x1b[K1.00 KiB  1.00 KiB/s\r\x1b[K3.00 KiB  2.00 KiB/s\r\x1b[K");
}

}  // namespace
}  // namespace ringcat
