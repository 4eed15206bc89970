#include "address/lexer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ringcat {
namespace {

struct WordCase {
  std::string_view text;
  std::string_view word;
  std::string_view rest;  // where reading stopped
};

// Each row was observed on socat 1.7.4.4 by the name of the file that CREATE made.
constexpr WordCase words[] = {
    {"a,b", "a", ",b"},
    {"a:b", "a", ":b"},
    {"a!!b", "a", "!!b"},
    {"a!b!c", "a!b!c", ""},
    {R"(a\!!b)", "a!!b", ""},
    {R"("a,b")", "a,b", ""},
    {R"('a:b,c'd)", "a:b,cd", ""},
    {R"(""a)", "a", ""},
    {R"(a"b""c")", "abc", ""},
    {R"(a'b"c'd)", "ab\"cd", ""},
    {R"(a'b\'c'd)", "ab'cd", ""},
    {R"(a"b'c'd"e)", "ab'c'de", ""},
    {R"(a"b'c,d'e"f)", "ab'c,d'ef", ""},
    {R"(a"[b]"c)", "a[b]c", ""},
    {R"(a'b(c'd)", "ab(cd", ""},
    {"a(b,c)d", "a(b,c)d", ""},
    {"a(b:c!!d)e,f", "a(b:c!!d)e", ",f"},
    {"a{5,x}[6,[7]],f", "a{5,x}[6,[7]]", ",f"},
    {"a[b(c]d)e,f", "a[b(c]d)e,f", ""},
    {"a(b,c", "a(b,c", ""},
    {R"x(a(b"c)",d)e)x", R"x(a(b"c)",d)e)x", ""},
    {"a(b'c'd)e", "a(b'c'd)e", ""},
    {"a)b}]c", "a)b}]c", ""},
    {R"(a\,b\:c)", "a,b:c", ""},
    {R"(a\(b,c)", "a(b", ",c"},
    {R"(a(b\)c)", "a(b)c", ""},
    {R"(a\\b)", R"(a\b)", ""},
    {R"(a\nb\tc\rd)", "a\nb\tc\rd", ""},
    {R"("a\nb")", "a\nb", ""},
    {R"('a\nb')", "a\nb", ""},
    {R"(a\a\b\f\v)", "a\a\b\f\v", ""},
    {R"(a\eb\x41)", "aebx41", ""},
    {"a\nb", "a\nb", ""},
    {"a\\\nb", "a\nb", ""},
    {" a b ", " a b ", ""},
};

TEST(Lexer, reads_words_as_socat_does) {
  for (const WordCase& row : words) {
    Lexer lexer{row.text};
    const auto word = lexer.word(":,");
    ASSERT_TRUE(word) << row.text << ": " << word.error().message;
    EXPECT_EQ(*word, row.word) << row.text;
    EXPECT_EQ(lexer.rest(), row.rest) << row.text;
  }
}

struct BadWord {
  std::string_view text;
  std::size_t offset;
};

TEST(Lexer, refuses_what_is_not_finished_and_says_where) {
  constexpr BadWord bad[] = {
      {R"(ab"c)", 2}, {"ab'c", 2},   {R"(a"[b"c)", 1}, {R"(a"b'c"d'e)", 1},
      {R"(ab\)", 2},  {R"(a\0)", 1}, {R"(a(b"c)", 1},
  };
  for (const BadWord& row : bad) {
    Lexer lexer{row.text};
    const auto word = lexer.word(":,");
    ASSERT_FALSE(word) << row.text;
    EXPECT_EQ(word.error().offset, row.offset) << row.text;
    EXPECT_FALSE(word.error().message.empty());
  }
}

TEST(Lexer, stops_are_only_those_asked_for) {
  Lexer lexer{"name=va:lue,next"};
  EXPECT_EQ(*lexer.word("=,"), "name");
  lexer.skip(1);
  EXPECT_EQ(*lexer.word(","), "va:lue");
  EXPECT_EQ(lexer.rest(), ",next");
}

TEST(FindUnprotected, skips_what_quotes_brackets_and_backslashes_protect) {
  constexpr std::string_view text = R"(a","(,)\,'b,',c)";
  EXPECT_EQ(find_unprotected(text, ","), text.rfind(','));
  EXPECT_EQ(find_unprotected(text, ":"), text.size());
  EXPECT_EQ(find_unprotected("a(!!)!!b", ""), 5U);
  EXPECT_EQ(find_unprotected("it's, open", ","), 10U);
}

}  // namespace
}  // namespace ringcat
