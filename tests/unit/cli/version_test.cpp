#include "cli/version.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringcat {
namespace {

using testing::HasSubstr;

const Features epoll_features{.backend = BackendKind::epoll,
                              .reason = "io_uring_setup: Operation not permitted"};

TEST(version_text, has_the_version_on_its_second_line_as_scripts_expect) {
  const std::string text = version_text("socat", epoll_features);
  const std::size_t second = text.find('\n') + 1;
  EXPECT_EQ(text.substr(second, text.find('\n', second) - second),
            "socat version " RINGCAT_VERSION);
}

TEST(version_text, says_which_backend_and_why) {
  EXPECT_THAT(version_text("ringcat", epoll_features),
              HasSubstr("\n   backend epoll: io_uring_setup: Operation not permitted\n"));
}

TEST(version_text, defines_what_is_here_and_undefines_what_is_not) {
  const std::string text = version_text("ringcat", epoll_features);
  EXPECT_THAT(text, HasSubstr("\n  #define WITH_TCP 1\n"));
  EXPECT_THAT(text, HasSubstr("\n  #undef WITH_SCTP\n"));
}

}  // namespace
}  // namespace ringcat
