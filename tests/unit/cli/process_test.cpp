#include "cli/process.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace ringcat {
namespace {

TEST(program_name, is_the_last_part_of_the_path) {
  EXPECT_EQ(program_name("/usr/bin/socat"), "socat");
  EXPECT_EQ(program_name("ringcat"), "ringcat");
}

TEST(program_name, is_ours_where_the_caller_gave_none) {
  EXPECT_EQ(program_name(nullptr), "ringcat");
  EXPECT_EQ(program_name(""), "ringcat");
}

TEST(raise_file_limit, takes_all_that_the_hard_limit_allows) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit lowered = before;
  lowered.rlim_cur = 64;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &lowered), 0);
  raise_file_limit();
  rlimit after{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace ringcat
