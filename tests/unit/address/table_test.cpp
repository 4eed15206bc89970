#include "address/table.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "address/names.hpp"

namespace ringcat {
namespace {

// Every name in a table, canonical or alias, means one thing.
template <typename Rows>
void expect_names_unique(const Rows& rows) {
  std::set<std::string> seen;
  for (const auto& row : rows) {
    EXPECT_TRUE(seen.emplace(row.name).second) << row.name;
    for_each_name(row.aliases, [&seen](std::string_view alias) {
      EXPECT_TRUE(seen.emplace(alias).second) << alias;
    });
  }
}

TEST(Table, every_name_of_a_kind_is_unique) {
  expect_names_unique(all_kinds());
}

TEST(Table, every_name_of_an_option_is_unique) {
  expect_names_unique(all_options());
}

TEST(Table, rows_stand_at_their_identifier) {
  for (const KindInfo& kind : all_kinds()) EXPECT_EQ(&info(kind.id), &kind);
  for (const OptionInfo& option : all_options()) EXPECT_EQ(&info(option.id), &option);
}

TEST(Table, names_come_from_identifiers) {
  EXPECT_EQ(info(KindId::tcp4_listen).name, "tcp4-listen");
  EXPECT_EQ(info(KindId::stdin_).name, "stdin");
  EXPECT_EQ(info(OptionId::so_keepalive).name, "so-keepalive");
  EXPECT_EQ(info(OptionId::stderr_).name, "stderr");
}

TEST(Table, every_row_can_be_explained_and_used) {
  for (const KindInfo& kind : all_kinds()) EXPECT_FALSE(kind.help.empty()) << kind.name;
  for (const OptionInfo& option : all_options()) {
    EXPECT_FALSE(option.help.empty()) << option.name;
    EXPECT_NE(option.groups, Group::none) << option.name;
  }
}

struct KindName {
  std::string_view name;
  KindId id;
};

TEST(FindKind, knows_names_aliases_and_any_case) {
  constexpr KindName names[] = {
      {"-", KindId::stdio},
      {"tcp", KindId::tcp_connect},
      {"TCP4-L", KindId::tcp4_listen},
      {"inet6-listen", KindId::tcp6_listen},
      {"Unix", KindId::unix_client},
      {"local", KindId::unix_connect},
      {"file", KindId::open},
      {"creat", KindId::create},
      {"ECHO", KindId::pipe},
      {"ssl-l", KindId::openssl_listen},
      {"socks5", KindId::socks5_connect},
      {"shell", KindId::shell},
  };
  for (const KindName& row : names) {
    const KindInfo* const kind = find_kind(row.name);
    ASSERT_NE(kind, nullptr) << row.name;
    EXPECT_EQ(kind->id, row.id) << row.name;
  }
  EXPECT_EQ(find_kind(""), nullptr);
  EXPECT_EQ(find_kind("nosuch"), nullptr);
}

struct OptionName {
  std::string_view name;
  OptionId id;
};

TEST(FindOption, knows_names_aliases_and_any_case) {
  constexpr OptionName names[] = {
      {"reuseaddr", OptionId::so_reuseaddr},
      {"SO-ReuseAddr", OptionId::so_reuseaddr},
      {"sp", OptionId::sourceport},
      {"su-d", OptionId::substuser_delayed},
      {"seek", OptionId::lseek64_set},
      {"mode", OptionId::perm},
      {"servername", OptionId::openssl_snihost},
      {"snihost", OptionId::openssl_snihost},
      {"o_create", OptionId::o_create},
      {"b115200", OptionId::b115200},
  };
  for (const OptionName& row : names) {
    const OptionInfo* const option = find_option(row.name);
    ASSERT_NE(option, nullptr) << row.name;
    EXPECT_EQ(option->id, row.id) << row.name;
  }
  EXPECT_EQ(find_option(" fork"), nullptr);
}

TEST(Nearest, suggests_what_was_probably_meant) {
  EXPECT_EQ(nearest_kind("tpc-listen"), "tcp-listen");
  EXPECT_EQ(nearest_option("reuseadr"), "reuseaddr");
  EXPECT_EQ(nearest_option("conect-timeout"), "connect-timeout");
  EXPECT_EQ(nearest_kind("somethingelse"), "");
}

}  // namespace
}  // namespace ringcat
