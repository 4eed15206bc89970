#include "address/names.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace ringcat {
namespace {

TEST(EditDistance, counts_inserted_deleted_replaced_and_swapped_characters) {
  EXPECT_EQ(edit_distance("fork", "fork"), 0U);
  EXPECT_EQ(edit_distance("FORK", "fork"), 0U);
  EXPECT_EQ(edit_distance("frk", "fork"), 1U);
  EXPECT_EQ(edit_distance("foork", "fork"), 1U);
  EXPECT_EQ(edit_distance("fark", "fork"), 1U);
  EXPECT_EQ(edit_distance("frok", "fork"), 1U);
  EXPECT_EQ(edit_distance("", "fork"), 4U);
  EXPECT_EQ(edit_distance("nodelay", "keepalive"), 8U);
}

TEST(EditDistance, is_very_far_for_long_names) {
  EXPECT_EQ(edit_distance(std::string(65, 'a'), "a"), std::numeric_limits<std::size_t>::max());
}

TEST(NearestName, keeps_the_nearest_of_what_is_offered) {
  NearestName nearest{"nodealy"};
  nearest.offer("delay");
  nearest.offer("nodelay");
  nearest.offer("keepalive");
  EXPECT_EQ(nearest.found(), "nodelay");
}

TEST(NearestName, finds_nothing_where_all_is_far) {
  NearestName nearest{"xyz"};
  nearest.offer("tcp");
  nearest.offer("-");
  EXPECT_EQ(nearest.found(), "");
}

TEST(ListsName, matches_whole_names_in_any_case) {
  EXPECT_TRUE(lists_name("echo fifo", "FIFO"));
  EXPECT_FALSE(lists_name("echo fifo", "fif"));
  EXPECT_FALSE(lists_name("", "fifo"));
  EXPECT_FALSE(lists_name("echo fifo", ""));
}

}  // namespace
}  // namespace ringcat
