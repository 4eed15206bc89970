#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "address_invariants.hpp"

namespace ringcat {
namespace {

TEST(AddressCorpus, every_kept_text_keeps_the_invariants) {
  std::size_t texts = 0;
  for (const auto& entry : std::filesystem::directory_iterator{ADDRESS_CORPUS}) {
    std::ifstream file{entry.path(), std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_EQ(broken_invariant(text), "") << entry.path() << ": " << text;
    ++texts;
  }
  EXPECT_GT(texts, 50U);
}

}  // namespace
}  // namespace ringcat
