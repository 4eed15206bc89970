#include "endpoint/socket_address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringcat {
namespace {

using namespace std::string_literals;

TEST(SocketAddress, is_logged_as_socat_does) {
  EXPECT_EQ(SocketAddress::numeric("127.0.0.1", AF_INET, 17001)->log_text(),
            "AF=2 127.0.0.1:17001");
  EXPECT_EQ(SocketAddress::numeric("[::1]", AF_UNSPEC, 80)->log_text(),
            "AF=10 [0000:0000:0000:0000:0000:0000:0000:0001]:80");
  EXPECT_EQ(SocketAddress::unix_path("/run/x.sock")->log_text(), "AF=1 \"/run/x.sock\"");
  EXPECT_EQ(SocketAddress::abstract("name", true)->log_text(), "AF=1 \"\\0name\"");
}

TEST(SocketAddress, text_is_as_people_write_it) {
  EXPECT_EQ(SocketAddress::numeric("::1", AF_UNSPEC, 80)->text(), "[::1]:80");
  EXPECT_EQ(SocketAddress::abstract("name", true)->text(), "@name");
}

TEST(SocketAddress, names_and_the_wrong_family_are_not_numeric) {
  EXPECT_FALSE(SocketAddress::numeric("localhost", AF_UNSPEC, 1));
  EXPECT_FALSE(SocketAddress::numeric("::1", AF_INET, 1));
  EXPECT_FALSE(SocketAddress::numeric("127.0.0.1", AF_INET6, 1));
  EXPECT_FALSE(SocketAddress::numeric("", AF_UNSPEC, 1));
  EXPECT_FALSE(SocketAddress::numeric(std::string(100, '1'), AF_UNSPEC, 1));
}

TEST(SocketAddress, a_zone_becomes_the_scope) {
  const auto address = SocketAddress::numeric("fe80::1%lo", AF_UNSPEC, 1);
  ASSERT_TRUE(address);
  EXPECT_EQ(reinterpret_cast<const sockaddr_in6*>(address->data())->sin6_scope_id, 1U);
}

TEST(SocketAddress, a_path_that_does_not_fit_is_refused) {
  EXPECT_TRUE(SocketAddress::unix_path(std::string(107, 'x')));
  EXPECT_FALSE(SocketAddress::unix_path(std::string(108, 'x')));
  EXPECT_FALSE(SocketAddress::unix_path(""));
  EXPECT_FALSE(SocketAddress::abstract(std::string(108, 'x'), true));
}

TEST(SocketAddress, an_abstract_name_is_as_long_as_it_is_tight) {
  EXPECT_EQ(SocketAddress::abstract("ab", true)->length(), sizeof(sa_family_t) + 3);
  EXPECT_EQ(SocketAddress::abstract("ab", false)->length(), sizeof(sockaddr_un));
}

}  // namespace
}  // namespace ringcat
