#include "endpoint/range.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace ringcat {
namespace {

bool admits(std::string_view range, std::string_view peer) {
  const Result<Range> parsed = Range::parse(range);
  EXPECT_TRUE(parsed) << parsed.error().message;
  const auto address = SocketAddress::numeric(peer, AF_UNSPEC, 1234);
  EXPECT_TRUE(address) << peer;
  return parsed && address && parsed->contains(*address);
}

TEST(Range, bits_of_an_ipv4_network_decide) {
  EXPECT_TRUE(admits("127.0.0.1/32", "127.0.0.1"));
  EXPECT_FALSE(admits("127.0.0.1/32", "127.0.0.2"));
  EXPECT_TRUE(admits("10.1.0.0/15", "10.0.255.255"));
  EXPECT_FALSE(admits("10.1.0.0/15", "10.2.0.0"));
  EXPECT_TRUE(admits("0.0.0.0/0", "203.0.113.9"));
}

TEST(Range, a_mask_need_not_be_contiguous) {
  EXPECT_TRUE(admits("10.0.0.5:255.0.0.255", "10.77.88.5"));
  EXPECT_FALSE(admits("10.0.0.5:255.0.0.255", "10.77.88.6"));
}

TEST(Range, bits_of_an_ipv6_network_decide) {
  EXPECT_TRUE(admits("[::1]/128", "::1"));
  EXPECT_FALSE(admits("[::1]/128", "::2"));
  EXPECT_TRUE(admits("[2001:db8::]/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(admits("[2001:db8::]/33", "2001:db8:8000::1"));
}

TEST(Range, an_ipv4_peer_of_an_ipv6_socket_is_an_ipv4_peer) {
  EXPECT_TRUE(admits("192.0.2.0/24", "::ffff:192.0.2.7"));
  EXPECT_FALSE(admits("192.0.2.0/24", "::ffff:192.0.3.7"));
}

TEST(Range, the_other_family_is_outside) {
  EXPECT_FALSE(admits("0.0.0.0/0", "::1"));
  EXPECT_FALSE(admits("[::]/0", "127.0.0.1"));
}

TEST(Range, what_is_no_range_is_refused_with_the_text_in_it) {
  for (const std::string_view text : {"", "127.0.0.1", "localhost/8", "127.0.0.1/33", "127.0.0.1/",
                                      "127.0.0.1/x", "127.0.0.1:255", "[::1]/129", "[::1"}) {
    const Result<Range> parsed = Range::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().message.find("\"" + std::string{text} + "\""), std::string::npos);
  }
}

}  // namespace
}  // namespace ringcat
