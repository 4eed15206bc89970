#include "address/explain.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "address/parser.hpp"

namespace ringcat {
namespace {

std::string explained(std::string_view text) {
  return explain(*parse_address_detailed(text, {.take_later = true}));
}

TEST(Explain, names_kind_parameters_and_options_with_values_and_units) {
  EXPECT_EQ(explained("tcp4-l:8080,backlog=5,fork=0,mode=600,linger=3,bind=a"),
            "TCP4-LISTEN: accepts TCP connections over IPv4\n"
            "  port             8080\n"
            "  backlog = 5      connections that may wait to be accepted (default: the system's "
            "maximum)\n"
            "  fork = off       serve many connections, each a session of its own\n"
            "  perm = 0600      permissions, in octal\n"
            "  so-linger = 3 s  how long close(2) waits for data under way\n"
            "  bind = a         local address: host, host:port, or a file name\n");
}

TEST(Explain, says_which_way_a_command_was_taken) {
  EXPECT_NE(explained("system:echo a:b").find("raw, as written"), std::string::npos);
  EXPECT_NE(explained("system:echo a").find("as socat reads it"), std::string::npos);
}

TEST(Explain, marks_what_is_not_in_this_version) {
  EXPECT_NE(explained("exec:cat").find("[not in this version]"), std::string::npos);
  EXPECT_NE(explained("-,raw").find("[not in this version]"), std::string::npos);
  EXPECT_EQ(explained("-,ignoreeof").find("[not in this version]"), std::string::npos);
}

TEST(Explain, shows_both_halves_of_a_dual_address) {
  const std::string text = explained("0!!/tmp/x");
  EXPECT_TRUE(text.starts_with("reads from FD: "));
  EXPECT_NE(text.find("\nwrites to GOPEN: "), std::string::npos);
}

TEST(Explain, shows_what_cannot_be_printed) {
  EXPECT_NE(explained("file:a\x1b[0m").find("a\\x1b[0m"), std::string::npos);
  EXPECT_NE(explained("tcp-l:1,bind=").find("bind = (empty)"), std::string::npos);
}

TEST(Explain, keeps_the_lines_of_a_command_in_their_column) {
  EXPECT_NE(explained("system:a \\\n b").find("shell-command  a \\\n                  b\n"),
            std::string::npos);
}

}  // namespace
}  // namespace ringcat
