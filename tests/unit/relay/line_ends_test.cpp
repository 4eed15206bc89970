// What socat was seen to do, byte for byte.

#include "relay/line_ends.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "peers.hpp"

namespace ringcat {
namespace {

std::string converted(LineEnds from, LineEnds to, std::string_view text) {
  Bytes out = bytes_of(">");  // what is there already stays
  append_converted(from, to, bytes_of(text), out);
  return text_of(out);
}

TEST(LineEnds, reading_crnl_drops_every_carriage_return) {
  constexpr auto to = LineEnds::as_they_are;
  EXPECT_EQ(converted(LineEnds::crnl, to, "a\r\nb\rc\n\r\r\nd"), ">a\nbc\n\nd");
  EXPECT_EQ(converted(LineEnds::crnl, to, "\r"), ">");
  EXPECT_EQ(converted(LineEnds::crnl, to, "\r\r\r\n"), ">\n");
}

TEST(LineEnds, reading_cr_makes_each_carriage_return_a_new_line) {
  EXPECT_EQ(converted(LineEnds::cr, LineEnds::as_they_are, "a\rb\r\nc"), ">a\nb\n\nc");
}

TEST(LineEnds, writing_crnl_puts_a_carriage_return_before_each_new_line) {
  constexpr auto from = LineEnds::as_they_are;
  EXPECT_EQ(converted(from, LineEnds::crnl, "a\nb\n\nc"), ">a\r\nb\r\n\r\nc");
  EXPECT_EQ(converted(from, LineEnds::crnl, "a\r\n"), ">a\r\r\n");
}

TEST(LineEnds, writing_cr_makes_each_new_line_a_carriage_return) {
  EXPECT_EQ(converted(LineEnds::as_they_are, LineEnds::cr, "a\nb\r\nc"), ">a\rb\r\rc");
}

TEST(LineEnds, from_cr_to_crnl_new_lines_stay_as_they_are) {
  EXPECT_EQ(converted(LineEnds::cr, LineEnds::crnl, "a\nb\r\nc\r"), ">a\nb\r\n\nc\r\n");
}

TEST(LineEnds, from_crnl_to_cr_each_line_ends_once) {
  EXPECT_EQ(converted(LineEnds::crnl, LineEnds::cr, "a\nb\r\nc\r"), ">a\rb\rc");
}

TEST(LineEnds, the_same_on_both_sides_change_nothing) {
  for (const LineEnds ends : {LineEnds::as_they_are, LineEnds::cr, LineEnds::crnl}) {
    EXPECT_EQ(converted(ends, ends, "a\r\n\rb\n"), ">a\r\n\rb\n");
  }
}

}  // namespace
}  // namespace ringcat
