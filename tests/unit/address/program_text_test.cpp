#include "address/program_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "address/parser.hpp"

namespace ringcat {
namespace {

AddressSpec parsed(std::string_view text) {
  auto spec = parse_address_detailed(text, {.take_later = true});
  EXPECT_TRUE(spec) << text << ": " << spec.error().sentence();
  return spec ? *std::move(spec) : AddressSpec{};
}

struct CommandCase {
  std::string_view text;
  std::string_view command;
};

// What socat 1.7.4.4 runs as meant: read as socat does.
TEST(ProgramText, what_socat_gets_right_is_read_as_socat_does) {
  constexpr CommandCase rows[] = {
      {"EXEC:cat", "cat"},
      {"EXEC:cat,path=/bin:/usr/bin,stderr", "cat"},
      {R"(EXEC:"cat",stderr)", "cat"},
      {R"(SYSTEM:"echo a,b:c",stderr)", "echo a,b:c"},
      {R"(SYSTEM:'echo "x  y"',stderr)", R"(echo "x  y")"},
      {R"(EXEC:echo '"a  b"')", R"(echo "a  b")"},
      {R"(EXEC:echo "\"a  b\"")", R"(echo "a  b")"},
      {R"(EXEC:echo \"a  b\")", R"(echo "a  b")"},
      {R"(SYSTEM:echo a\:b\,c)", "echo a:b,c"},
      {"SYSTEM:(echo a:b,c)", "(echo a:b,c)"},
      {"SYSTEM:echo {a:b}", "echo {a:b}"},
      {R"~(SYSTEM:echo -e "\"a\\nb: $\(date\)\\n\""; cat; echo -e "\"\\n\"")~",
       R"~(echo -e "a\nb: $(date)\n"; cat; echo -e "\n")~"},
  };
  for (const CommandCase& row : rows) {
    const AddressSpec spec = parsed(row.text);
    EXPECT_FALSE(spec.raw_command) << row.text;
    ASSERT_EQ(spec.parameters.size(), 1U) << row.text;
    EXPECT_EQ(spec.parameters[0], row.command) << row.text;
  }
}

// Commands of the twenty documented jobs, by their number; socat runs none of them as it is
// written there.
TEST(ProgramText, commands_as_people_write_them_are_taken_raw) {
  constexpr CommandCase rows[] = {
      // 2
      {R"~(SYSTEM:(socat - TCP4:10.0.0.11:9000,connect-timeout=1 \
    || socat - TCP4:10.0.0.12:9000,connect-timeout=1))~",
       R"~((socat - TCP4:10.0.0.11:9000,connect-timeout=1 \
    || socat - TCP4:10.0.0.12:9000,connect-timeout=1))~"},
      // 4
      {R"~(EXEC:ssh -o ExitOnForwardFailure=yes user@host -W 127.0.0.1:5432)~",
       R"~(ssh -o ExitOnForwardFailure=yes user@host -W 127.0.0.1:5432)~"},
      // 5
      {R"~(SYSTEM:while IFS= read -r line; do \
    printf "%s %s\n" "$(date -Is)" "$line"; \
  done >> ./udp_events.log)~",
       R"~(while IFS= read -r line; do \
    printf "%s %s\n" "$(date -Is)" "$line"; \
  done >> ./udp_events.log)~"},
      // 11: EXEC joins continued lines
      {R"~(EXEC:/bin/sh -c \
    "printf \"HTTP/1.1 200 OK\r\n\r\n\"; \
     printf \"{\\\"host\\\":\\\"%s\\\"}\\n\" \
     \"$(hostname)\"")~",
       R"~(/bin/sh -c     "printf \"HTTP/1.1 200 OK\r\n\r\n\";      printf \"{\\\"host\\\":\\\"%s\\\"}\\n\"      \"$(hostname)\"")~"},
      // 12: `\"` inside "$( )" is meant as `"`
      {R"~(SYSTEM:printf "load=%s\n" "$(uptime | awk -F\"load averages?: \" \"{print \$2}\")")~",
       R"~(printf "load=%s\n" "$(uptime | awk -F"load averages?: " "{print \$2}")")~"},
      // 17
      {R"~(SYSTEM:printf 'HTTP/1.1 200 OK\r\nfilename="a.gz"\r\n\r\n'; cat 'a.gz')~",
       R"~(printf 'HTTP/1.1 200 OK\r\nfilename="a.gz"\r\n\r\n'; cat 'a.gz')~"},
      // 18
      {R"~(SYSTEM:tee ./local.log | socat -u - TCP4:logserver:5000)~",
       R"~(tee ./local.log | socat -u - TCP4:logserver:5000)~"},
  };
  for (const CommandCase& row : rows) {
    const AddressSpec spec = parsed(row.text);
    EXPECT_TRUE(spec.raw_command) << row.text;
    ASSERT_EQ(spec.parameters.size(), 1U) << row.text;
    EXPECT_EQ(spec.parameters[0], row.command) << row.text;
    EXPECT_TRUE(spec.options.empty()) << row.text;
  }
}

TEST(ProgramText, options_for_programs_stay_options_behind_a_raw_command) {
  const AddressSpec spec = parsed("EXEC:ssh h -W 1.2.3.4:5,pty,stderr,crnl");
  EXPECT_EQ(spec.parameters[0], "ssh h -W 1.2.3.4:5");
  EXPECT_EQ(spec.options.size(), 3U);
  EXPECT_TRUE(parsed(R"(SYSTEM:echo "a  b",stderr)").flag(OptionId::stderr_));
}

TEST(ProgramText, options_of_an_address_inside_the_command_stay_in_it) {
  const AddressSpec spec = parsed("SYSTEM:tee x | socat - TCP4:h:1,connect-timeout=5");
  EXPECT_EQ(spec.parameters[0], "tee x | socat - TCP4:h:1,connect-timeout=5");
  EXPECT_TRUE(spec.options.empty());
}

TEST(ProgramText, a_comma_that_separates_no_option_belongs_to_a_raw_command) {
  EXPECT_EQ(parsed("SYSTEM:echo a, b:c").parameters[0], "echo a, b:c");
}

TEST(ProgramText, a_raw_command_ends_at_the_writer_of_a_dual_address) {
  const AddressSpec spec = parsed(R"(SYSTEM:echo "a!!b"!!STDIO)");
  EXPECT_EQ(spec.parameters[0], R"(echo "a!!b")");
  ASSERT_TRUE(spec.writer);
  EXPECT_EQ(spec.writer->kind, KindId::stdio);
}

TEST(ProgramText, a_quote_that_stays_open_is_left_to_the_shell) {
  const AddressSpec spec = parsed("SYSTEM:echo it's,pty");
  EXPECT_TRUE(spec.raw_command);
  EXPECT_EQ(spec.parameters[0], "echo it's,pty");
}

TEST(ProgramText, only_programs_are_taken_raw) {
  EXPECT_EQ(parse_address_detailed("unix:a:b").error().failure, ParseFailure::parameter_count);
}

}  // namespace
}  // namespace ringcat
