#include "address/parser.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace ringcat {
namespace {

using namespace std::chrono_literals;

constexpr ParseSettings with_later{.take_later = true};

AddressSpec parsed(std::string_view text, const ParseSettings& settings = {}) {
  auto spec = parse_address_detailed(text, settings);
  EXPECT_TRUE(spec) << text << ": " << spec.error().sentence();
  return spec ? *std::move(spec) : AddressSpec{};
}

struct KindCase {
  std::string_view text;
  KindId kind;
  std::vector<std::string> parameters;
};

TEST(ParseAddress, finds_kind_and_parameters) {
  const KindCase rows[] = {
      {"-", KindId::stdio, {}},
      {"STDIO", KindId::stdio, {}},
      {"tcp:localhost:www", KindId::tcp_connect, {"localhost", "www"}},
      {"TCP4-LISTEN:8080", KindId::tcp4_listen, {"8080"}},
      {"tcp6:[::1]:1", KindId::tcp6_connect, {"[::1]", "1"}},
      {R"(tcp4:"127.0.0.1":1)", KindId::tcp4_connect, {"127.0.0.1", "1"}},
      {"tcp4::1", KindId::tcp4_connect, {"", "1"}},
      {R"(unix-connect:/tmp/a\:b)", KindId::unix_connect, {"/tmp/a:b"}},
      {"unix:/run/x.sock", KindId::unix_client, {"/run/x.sock"}},
      {"abstract-listen:x", KindId::abstract_listen, {"x"}},
      {"0", KindId::fd, {"0"}},
      {"12", KindId::fd, {"12"}},
      {"fd:3", KindId::fd, {"3"}},
      {"/run/x.sock", KindId::gopen, {"/run/x.sock"}},
      {"./a!b", KindId::gopen, {"./a!b"}},
      {R"("/tmp/a,b")", KindId::gopen, {"/tmp/a,b"}},
      {"pipe", KindId::pipe, {}},
      {"pipe:/tmp/p", KindId::pipe, {"/tmp/p"}},
      {"file:a b", KindId::open, {"a b"}},
      {"create:(x:y)", KindId::create, {"(x:y)"}},
  };
  for (const KindCase& row : rows) {
    const AddressSpec spec = parsed(row.text);
    EXPECT_EQ(spec.kind, row.kind) << row.text;
    EXPECT_EQ(spec.parameters, row.parameters) << row.text;
    EXPECT_EQ(spec.text, row.text);
  }
}

TEST(ParseAddress, takes_one_or_no_optional_parameter) {
  EXPECT_EQ(parsed("tun", with_later).parameters.size(), 0U);
  EXPECT_EQ(parsed("socks5:s:h:1", with_later).parameters.size(), 3U);
  EXPECT_EQ(parsed("socks5:s:1080:h:1", with_later).parameters.size(), 4U);
}

struct ValueCase {
  std::string_view option;
  OptionId id;
  OptionValue value;
};

TEST(ParseAddress, gives_each_value_its_type) {
  const ValueCase rows[] = {
      {"fork", OptionId::fork, true},
      {"fork=0", OptionId::fork, false},
      {"fork=2", OptionId::fork, true},
      {"KeepAlive", OptionId::so_keepalive, true},
      {"so-keepalive=0x0", OptionId::so_keepalive, false},
      {"shut-none", OptionId::shut_none, true},
      {"crlf", OptionId::crnl, true},
      {"backlog=128", OptionId::backlog, std::int64_t{128}},
      {"backlog", OptionId::backlog, std::int64_t{1}},
      {"tos=0x10", OptionId::ip_tos, std::int64_t{16}},
      {"tos=010", OptionId::ip_tos, std::int64_t{8}},
      {"priority=-1", OptionId::so_priority, std::int64_t{-1}},
      {"sp=65535", OptionId::sourceport, std::int64_t{65535}},
      {"mode=0640", OptionId::perm, std::int64_t{0640}},
      {"mode=640", OptionId::perm, std::int64_t{0640}},
      {"escape=0x1d", OptionId::escape, std::int64_t{29}},
      {"readbytes=64k", OptionId::readbytes, std::int64_t{65536}},
      {"linger=5", OptionId::so_linger, std::int64_t{5}},
      {"accept-timeout=0.5", OptionId::accept_timeout, Duration{500ms}},
      {"interval=20ms", OptionId::interval, Duration{20ms}},
      {"bind=127.0.0.1:80", OptionId::bind, std::string{"127.0.0.1:80"}},
      {R"(bind="a,b")", OptionId::bind, std::string{"a,b"}},
      {"bind=", OptionId::bind, std::string{}},
      {"user=0", OptionId::user, std::string{"0"}},
      {"setsockopt=6:1:i1", OptionId::setsockopt, std::string{"6:1:i1"}},
  };
  for (const ValueCase& row : rows) {
    const AddressSpec spec = parsed("tcp-listen:80," + std::string{row.option});
    ASSERT_EQ(spec.options.size(), 1U) << row.option;
    EXPECT_EQ(spec.options[0].id, row.id) << row.option;
    EXPECT_EQ(spec.options[0].value, row.value) << row.option;
  }
}

TEST(ParseAddress, gives_an_optional_text_that_is_not_written_as_empty) {
  const AddressSpec spec = parsed("tcp-listen:80,tcpwrap", with_later);
  EXPECT_EQ(spec.get<std::string>(OptionId::tcpwrappers), "");
}

TEST(ParseAddress, accepts_empty_options) {
  EXPECT_EQ(parsed("tcp-l:80,,fork,,").options.size(), 1U);
  EXPECT_EQ(parsed("-,").options.size(), 0U);
}

TEST(ParseAddress, says_where_each_option_stands) {
  const AddressSpec spec = parsed("tcp-l:80,fork!!tcp-l:81,,backlog=5,fork");
  EXPECT_EQ(spec.options[0].offset, 9U);
  EXPECT_EQ(spec.writer->options[1].offset, 20U);
}

TEST(ParseAddress, later_setting_of_an_option_wins) {
  const AddressSpec spec = parsed("tcp-l:80,backlog=5,fork,backlog=7,fork=0");
  EXPECT_EQ(spec.get<std::int64_t>(OptionId::backlog), 7);
  EXPECT_TRUE(spec.has(OptionId::fork));
  EXPECT_FALSE(spec.flag(OptionId::fork));
  EXPECT_FALSE(spec.flag(OptionId::so_reuseaddr));
  EXPECT_EQ(spec.get<Duration>(OptionId::accept_timeout), std::nullopt);
}

TEST(ParseAddress, reads_a_dual_address_as_reader_and_writer) {
  const AddressSpec spec = parsed("/dev/zero,ignoreeof!!create:/tmp/x,mode=600");
  EXPECT_EQ(spec.kind, KindId::gopen);
  EXPECT_EQ(spec.text, "/dev/zero,ignoreeof");
  ASSERT_TRUE(spec.writer);
  EXPECT_EQ(spec.writer->kind, KindId::create);
  EXPECT_EQ(spec.writer->text, "create:/tmp/x,mode=600");
}

struct BadAddress {
  std::string_view text;
  ParseFailure failure;
  std::string_view message;
  std::size_t offset;
  std::size_t length;
};

// The messages are those of socat 1.7.4.4 where it has one.
TEST(ParseAddress, says_what_is_wrong_and_where) {
  using enum ParseFailure;
  constexpr BadAddress rows[] = {
      {"", unknown_kind, R"(unknown device/address "")", 0, 0},
      {"nosuch:1", unknown_kind, R"(unknown device/address "nosuch")", 0, 6},
      {" tcp:a:1", unknown_kind, R"(unknown device/address " tcp")", 0, 4},
      {"create :x", unknown_kind, R"(unknown device/address "create ")", 0, 7},
      {"-!!", unknown_kind, R"(unknown device/address "")", 3, 0},
      {"tcp:a", parameter_count, "tcp: wrong number of parameters (1 instead of 2)", 0, 5},
      {"unix-listen:a:b", parameter_count,
       "unix-listen: wrong number of parameters (2 instead of 1)", 0, 15},
      {"-:x", parameter_count, "-: wrong number of parameters (1 instead of 0)", 0, 3},
      {"tcp4", parameter_count, "tcp4: wrong number of parameters (0 instead of 2)", 0, 4},
      {"a/b:c", parameter_count, "gopen: wrong number of parameters (2 instead of 1)", 0, 5},
      {"pipe:a:b", parameter_count, "pipe: wrong number of parameters (2 instead of 0 or 1)", 0, 8},
      {"tcp-l:80,frok", unknown_option, R"(unknown option "frok")", 9, 4},
      {"tcp-l:80, fork", unknown_option, R"(unknown option " fork")", 9, 5},
      {"tcp-l:80,fork =1", unknown_option, R"(unknown option "fork ")", 9, 7},
      {"tcp-l:80,=5", unknown_option, R"(unknown option "")", 9, 2},
      {R"(-,"mode=600")", unknown_option, R"(unknown option "mode=600")", 2, 10},
      {"open:x,nodelay", option_group, R"(option "nodelay" not supported with this address type)",
       7, 7},
      {"tcp:a:1,range=x", option_group, R"(option "range" not supported with this address type)", 8,
       7},
      {"unix:x,fork", option_group, R"(option "fork" not supported with this address type)", 7, 4},
      {"abstract:x,unlink", option_group, R"(option "unlink" not supported with this address type)",
       11, 6},
      {"pipe,unlink-early", option_group,
       R"(option "unlink-early" not supported with this address type)", 5, 12},
      {"tcp-l:80,fork=abc", value, R"(missing numerical value of option "fork=abc")", 9, 8},
      {"tcp-l:80,fork=", value, R"(missing numerical value of option "fork=")", 9, 5},
      {"tcp-l:80,keepalive=1x", value,
       R"(trailing garbage in numerical arg of option "keepalive=1x")", 9, 12},
      {"tcp-l:80,mode=999", value, R"(missing numerical value of option "mode=999")", 9, 8},
      {"tcp-l:80,mode=600 ", value, R"(trailing garbage in numerical arg of option "mode=600 ")", 9,
       9},
      {"tcp-l:80,shut-none=1", value, R"(no value permitted for option "shut-none")", 9, 11},
      {"tcp-l:80,bind", value, R"(option "bind": value required)", 9, 4},
      {"tcp-l:80,linger", value, R"(option "linger": value required)", 9, 6},
      {"tcp-l:80,sp=99999", value, R"(option "sp=99999": not within 0 to 65535)", 9, 8},
      {"tcp-l:80,setsockopt-int=1:9", value,
       R"(option "setsockopt-int=1:9": 3 arguments required, level:name:value)", 9, 18},
      {"create:\"a", syntax, "unexpected end of address: a quote is not closed", 7, 2},
      {"-!!-!!-", syntax, "a third address behind \"!!\"", 4, 2},
      {"exec:cat", not_in_this_version, "address type exec is not in this version of ringcat", 0,
       4},
      {"-,raw", not_in_this_version, R"(option "raw" is not in this version of ringcat)", 2, 3},
  };
  for (const BadAddress& row : rows) {
    const auto spec = parse_address_detailed(row.text);
    ASSERT_FALSE(spec) << row.text;
    EXPECT_EQ(spec.error().failure, row.failure) << row.text;
    EXPECT_EQ(spec.error().message, row.message) << row.text;
    EXPECT_EQ(spec.error().offset, row.offset) << row.text;
    EXPECT_EQ(spec.error().length, row.length) << row.text;
  }
}

TEST(ParseAddress, a_bad_duration_is_quoted) {
  const Result<AddressSpec> spec = parse_address("tcp:a:1,connect-timeout=soon");
  ASSERT_FALSE(spec);
  EXPECT_TRUE(spec.error().message.starts_with("option \"connect-timeout=soon\": "));
}

struct HintCase {
  std::string_view text;
  std::string_view hint;
};

TEST(ParseAddress, hints_at_what_was_meant) {
  constexpr HintCase rows[] = {
      {"tcp-listn:80", R"(did you mean "tcp-listen"?)"},
      {"tcp-l:80,frok", R"(did you mean "fork"?)"},
      {"tcp-l:80,reuseadr", R"(did you mean "reuseaddr"?)"},
      {"tcp-l:80, fork", "no space may stand around an option"},
      {"unix:a:b", R"(a colon within a parameter is written \:, an IPv6 address in brackets)"},
      {"qqq:1", ""},
      {"tcp:a", ""},
  };
  for (const HintCase& row : rows)
    EXPECT_EQ(parse_address_detailed(row.text).error().hint, row.hint) << row.text;
}

TEST(ParseAddress, error_sentence_ends_with_the_hint) {
  EXPECT_EQ(parse_address("tcp-l:80,frok").error().message,
            R"(unknown option "frok"; did you mean "fork"?)");
}

TEST(ParseAddress, groups_are_not_checked_where_that_is_asked_for) {
  const AddressSpec spec = parsed("open:/dev/null,nodelay", {.check_groups = false});
  EXPECT_TRUE(spec.flag(OptionId::tcp_nodelay));
}

TEST(ParseAddress, takes_servername_for_the_name_of_sni) {
  const AddressSpec spec = parsed("OPENSSL:h:443,verify=1,servername=h", with_later);
  EXPECT_EQ(spec.get<std::string>(OptionId::openssl_snihost), "h");
}

TEST(ParseError, underlines_what_is_wrong) {
  const std::string_view text = "tcp-l:80,frok,fork";
  EXPECT_EQ(parse_address_detailed(text).error().underlined(text),
            "tcp-l:80,frok,fork\n         ^~~~");
}

TEST(ParseError, underlines_in_one_line_and_by_characters) {
  const std::string_view text = "file:é\nb,x";
  EXPECT_EQ(parse_address_detailed(text).error().underlined(text), "file:é b,x\n         ^");
}

TEST(ParseError, underlines_an_empty_place) {
  EXPECT_EQ(parse_address_detailed("-!!").error().underlined("-!!"), "-!!\n   ^");
}

}  // namespace
}  // namespace ringcat
