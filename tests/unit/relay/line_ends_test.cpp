// What socat was seen to do, byte for byte.

#include "relay/line_ends.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "peers.hpp"

namespace ringcat {
namespace {

std::string read_as(LineEnds ends, std::string_view text) {
  Bytes bytes = bytes_of(text);
  bytes.resize(convert_read(ends, bytes));
  return text_of(bytes);
}

std::string written_as(LineEnds ends, std::string_view text) {
  Bytes out = bytes_of(">");  // what is there already stays
  append_written(ends, bytes_of(text), out);
  return text_of(out);
}

TEST(LineEndsReading, crnl_drops_every_carriage_return) {
  EXPECT_EQ(read_as(LineEnds::crnl, "a\r\nb\rc\n\r\r\nd"), "a\nbc\n\nd");
  EXPECT_EQ(read_as(LineEnds::crnl, "\r"), "");
  EXPECT_EQ(read_as(LineEnds::crnl, "\r\r\r\n"), "\n");
}

TEST(LineEndsReading, cr_makes_each_carriage_return_a_new_line) {
  EXPECT_EQ(read_as(LineEnds::cr, "a\rb\r\nc"), "a\nb\n\nc");
}

TEST(LineEndsWriting, crnl_puts_a_carriage_return_before_each_new_line) {
  EXPECT_EQ(written_as(LineEnds::crnl, "a\nb\n\nc"), ">a\r\nb\r\n\r\nc");
  EXPECT_EQ(written_as(LineEnds::crnl, "a\r\n"), ">a\r\r\n");
}

TEST(LineEndsWriting, cr_makes_each_new_line_a_carriage_return) {
  EXPECT_EQ(written_as(LineEnds::cr, "a\nb\r\nc"), ">a\rb\r\rc");
}

TEST(LineEnds, as_they_are_change_nothing) {
  EXPECT_EQ(read_as(LineEnds::as_they_are, "a\r\n\rb\n"), "a\r\n\rb\n");
  EXPECT_EQ(written_as(LineEnds::as_they_are, "a\r\n\rb\n"), ">a\r\n\rb\n");
}

}  // namespace
}  // namespace ringcat
