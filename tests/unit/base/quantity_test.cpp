#include "base/quantity.hpp"

#include <gtest/gtest.h>

namespace ringcat {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(parse_duration, a_bare_number_means_seconds_as_in_socat) {
  EXPECT_EQ(parse_duration("5"), Duration{seconds{5}});
  EXPECT_EQ(parse_duration("0.5"), Duration{milliseconds{500}});
  EXPECT_EQ(parse_duration(".25"), Duration{milliseconds{250}});
  EXPECT_EQ(parse_duration("3."), Duration{seconds{3}});
  EXPECT_EQ(parse_duration("0"), Duration::zero());
}

TEST(parse_duration, a_unit_may_follow) {
  EXPECT_EQ(parse_duration("7ns"), Duration{nanoseconds{7}});
  EXPECT_EQ(parse_duration("250us"), Duration{microseconds{250}});
  EXPECT_EQ(parse_duration("20ms"), Duration{milliseconds{20}});
  EXPECT_EQ(parse_duration("5s"), Duration{seconds{5}});
  EXPECT_EQ(parse_duration("1.5m"), Duration{seconds{90}});
  EXPECT_EQ(parse_duration("1h"), Duration{hours{1}});
}

TEST(parse_duration, what_is_no_duration_is_quoted_in_the_error) {
  for (const char* const text :
       {"", "abc", "-1", "+1", "1x", "1 s", " 1", "5S", "inf", "nan", "1e3", ".", "ms"}) {
    const Result<Duration> result = parse_duration(text);
    ASSERT_FALSE(result) << text;
    EXPECT_TRUE(result.error().message.contains('"' + std::string{text} + '"'))
        << result.error().message;
  }
}

TEST(parse_duration, more_than_a_clock_can_count_is_refused) {
  EXPECT_TRUE(parse_duration("9223372036"));
  EXPECT_FALSE(parse_duration("9223372037"));
  EXPECT_FALSE(parse_duration("999999999999h"));
}

TEST(parse_size, takes_decimal_hexadecimal_and_binary_units) {
  EXPECT_EQ(parse_size("0"), 0u);
  EXPECT_EQ(parse_size("8192"), 8192u);
  EXPECT_EQ(parse_size("0x2000"), 8192u);
  EXPECT_EQ(parse_size("64k"), 65536u);
  EXPECT_EQ(parse_size("64K"), 65536u);
  EXPECT_EQ(parse_size("1M"), 1u << 20);
  EXPECT_EQ(parse_size("2GiB"), 2ull << 30);
  EXPECT_EQ(parse_size("18446744073709551615"), ~0ull);
}

TEST(parse_size, what_is_no_size_is_quoted_in_the_error) {
  for (const char* const text : {"", "x", "0x", "-1", "1.5k", "1kB", "1 k", "k", "0xg"}) {
    const Result<std::uint64_t> result = parse_size(text);
    ASSERT_FALSE(result) << text;
    EXPECT_TRUE(result.error().message.contains('"' + std::string{text} + '"'))
        << result.error().message;
  }
}

TEST(parse_size, what_64_bits_cannot_count_is_refused) {
  EXPECT_FALSE(parse_size("18446744073709551616"));
  EXPECT_TRUE(parse_size("16777215T"));
  EXPECT_FALSE(parse_size("16777216T"));
}

TEST(format_bytes, keeps_three_digits_or_more_and_never_shows_1024) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(1023), "1023 B");
  EXPECT_EQ(format_bytes(1536), "1.50 KiB");
  EXPECT_EQ(format_bytes((1 << 20) - 1), "1.00 MiB");
  EXPECT_EQ(format_bytes(3ull << 29), "1.50 GiB");
  EXPECT_EQ(format_bytes(~0ull), "16.00 EiB");
}

TEST(format_duration, chooses_the_unit_a_person_would) {
  EXPECT_EQ(format_duration(nanoseconds{312}), "312 ns");
  EXPECT_EQ(format_duration(microseconds{850}), "850 µs");
  EXPECT_EQ(format_duration(milliseconds{20}), "20.0 ms");
  EXPECT_EQ(format_duration(seconds{5}), "5.00 s");
  EXPECT_EQ(format_duration(seconds{123}), "2 m 03 s");
  EXPECT_EQ(format_duration(minutes{125}), "2 h 05 m");
}

}  // namespace
}  // namespace ringcat
