#include "address/socket_setting.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <string>
#include <string_view>

namespace ringcat {
namespace {

using namespace std::string_literals;

struct DataCase {
  std::string_view text;
  std::string bytes;
};

TEST(SocketSetting, reads_data_as_socat_does) {
  if constexpr (std::endian::native != std::endian::little) GTEST_SKIP() << "bytes are swapped";
  const DataCase rows[] = {
      {"1:99:3", "\3\0\0\0"s},
      {"1:99:i-1", "\xff\xff\xff\xff"s},
      {"1:99:0x10", "\x10\0\0\0"s},
      {"1:99:l3", "\3\0\0\0\0\0\0\0"s},
      {"1:99:s258", "\2\1"s},
      {"1:99:B255", "\xff"s},
      {"1:99:x7f000001", "\x7f\0\0\1"s},
      {"1:99:x01 02", "\1\2"s},
      {"1:99:s1 2", "\1\0\2\0"s},
      {"1:99:i1x02", "\1\0\0\0\2"s},
      {R"(1:99:"ab\n")", "ab\n"},
      {"1:99:'a'", "a"},
      {"1:99:", ""},
  };
  for (const DataCase& row : rows) {
    const auto setting = parse_socket_setting(ValueType::socket_data, row.text);
    ASSERT_TRUE(setting) << row.text << ": " << setting.error().message;
    EXPECT_EQ(setting->level, 1);
    EXPECT_EQ(setting->name, 99);
    EXPECT_EQ(setting->bytes, row.bytes) << row.text;
  }
}

TEST(SocketSetting, a_text_ends_with_a_zero_byte) {
  EXPECT_EQ(parse_socket_setting(ValueType::socket_text, "6:13:reno")->bytes, "reno\0"s);
}

TEST(SocketSetting, an_integer_has_the_size_of_int) {
  const auto setting = parse_socket_setting(ValueType::socket_integer, "0x1:0x9:0x7");
  ASSERT_TRUE(setting);
  EXPECT_EQ(setting->name, 9);
  EXPECT_EQ(setting->bytes.size(), sizeof(int));
}

TEST(SocketSetting, refuses_what_it_cannot_read) {
  for (const std::string_view text : {"", "1", "1:2", "a:2:3", "1:b:3", "99999999999:2:3"})
    EXPECT_FALSE(parse_socket_setting(ValueType::socket_data, text)) << text;
  for (const std::string_view text : {"1:2:x1", "1:2:xzz", "1:2:q", "1:2:i", "1:2:3:4", "1:2:\"a"})
    EXPECT_FALSE(parse_socket_setting(ValueType::socket_data, text)) << text;
  EXPECT_FALSE(parse_socket_setting(ValueType::socket_integer, "1:2:x"));
}

}  // namespace
}  // namespace ringcat
