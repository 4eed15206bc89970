#include "cli/flags.hpp"

#include <gtest/gtest.h>

namespace ringcat {
namespace {

// The reader takes the first row whose name a word starts with.
TEST(flags, no_short_name_is_the_start_of_another) {
  for (const Flag& flag : flags()) {
    for (const Flag& other : flags()) {
      if (&flag == &other || other.name.starts_with("--")) continue;
      EXPECT_FALSE(other.name.starts_with(flag.name)) << flag.name << " " << other.name;
    }
  }
}

TEST(flags, each_says_what_it_does_and_names_its_argument) {
  for (const Flag& flag : flags()) {
    EXPECT_FALSE(flag.help.empty()) << flag.name;
    EXPECT_EQ(flag.argument == FlagArgument::none, flag.argument_name.empty()) << flag.name;
  }
}

}  // namespace
}  // namespace ringcat
