#include "address/help.hpp"

#include <gtest/gtest.h>

#include <string>

#include "address/names.hpp"
#include "address/table.hpp"

namespace ringcat {
namespace {

bool has_line(const std::string& help, std::string_view start) {
  return help.find("\n" + std::string{start}) != std::string::npos;
}

TEST(AddressHelp, lists_every_kind_with_its_parameters_and_groups) {
  const std::string help = address_help(HelpDepth::kinds);
  EXPECT_TRUE(
      has_line(help, "      tcp4-connect:<host>:<port>\tgroups=FD,SOCKET,CHILD,RETRY,IP4,TCP"));
  EXPECT_TRUE(has_line(help, "      pipe[:<filename>]\tgroups="));
  EXPECT_TRUE(has_line(help, "     *socks5-connect:<socks-server>[:<socks-port>]:<host>:<port>\t"));
  EXPECT_TRUE(has_line(help, "         tcp4-l is an alias name for tcp4-listen"));
  for (const KindInfo& kind : all_kinds())
    EXPECT_TRUE(
        has_line(help, (kind.status == Status::now ? "      " : "     *") + std::string{kind.name}))
        << kind.name;
  EXPECT_EQ(help.find("nodelay"), std::string::npos);
}

TEST(AddressHelp, lists_the_options_by_the_names_people_use) {
  const std::string help = address_help(HelpDepth::common_options);
  EXPECT_TRUE(has_line(help, "      reuseaddr[=<bool>]"));
  EXPECT_TRUE(has_line(help, "      mode=<octal>"));
  EXPECT_TRUE(has_line(help, "     *cert=<string>"));
  EXPECT_FALSE(has_line(help, "      so-reuseaddr"));
}

TEST(AddressHelp, lists_every_name_of_every_option) {
  const std::string help = address_help(HelpDepth::all_options);
  for (const OptionInfo& option : all_options()) {
    EXPECT_TRUE(has_line(
        help, (option.status == Status::now ? "      " : "     *") + std::string{option.name}))
        << option.name;
    for_each_name(option.aliases, [&](std::string_view alias) {
      EXPECT_TRUE(has_line(help, "         " + std::string{alias} + " is an alias name for " +
                                     std::string{option.name} + "\n"))
          << alias;
    });
  }
}

}  // namespace
}  // namespace ringcat
