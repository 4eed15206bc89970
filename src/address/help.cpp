#include "address/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "address/names.hpp"
#include "address/table.hpp"

namespace ringcat {
namespace {

constexpr std::string_view explanation =
    "   bi-address:\n"
    "      <single-address>!!<single-address>   read from the first, write to the second\n"
    "      <single-address>\n"
    "   single-address:\n"
    "      <address-head>[,<opts>]\n"
    "   address-head (* is not in this version):\n";

constexpr std::string_view short_forms =
    "         <num> is a short form for fd:<num>\n"
    "         <filename> is a short form for gopen:<filename>\n";

// What a value looks like, in the order of ValueType.
constexpr auto value_shapes = std::to_array<std::string_view>({
    "",
    "[=<bool>]",
    "[=<int>]",
    "=<int>",
    "[=<unsigned>]",
    "[=<byte>]",
    "[=<port>]",
    "[=<offset>]",
    "[=<bytes>]",
    "=<octal>",
    "=<seconds>",
    "=<string>",
    "[=<string>]",
    "=<level>:<name>:<data>",
    "=<level>:<name>:<int>",
    "=<level>:<name>:<string>",
});
static_assert(value_shapes.size() == static_cast<std::size_t>(ValueType::socket_text) + 1);

struct GroupName {
  Group group;
  std::string_view name;
};

// As socat writes them.
constexpr auto group_names = std::to_array<GroupName>({
    {Group::fd, "FD"},
    {Group::fifo, "FIFO"},
    {Group::chr, "CHR"},
    {Group::blk, "BLK"},
    {Group::reg, "REG"},
    {Group::socket, "SOCKET"},
    {Group::readline, "READLINE"},
    {Group::named, "NAMED"},
    {Group::open, "OPEN"},
    {Group::exec, "EXEC"},
    {Group::fork, "FORK"},
    {Group::listen, "LISTEN"},
    {Group::child, "CHILD"},
    {Group::retry, "RETRY"},
    {Group::range, "RANGE"},
    {Group::termios, "TERMIOS"},
    {Group::pty, "PTY"},
    {Group::parent, "PARENT"},
    {Group::unix_socket, "UNIX"},
    {Group::ip4, "IP4"},
    {Group::ip6, "IP6"},
    {Group::udp, "UDP"},
    {Group::udplite, "UDPLITE"},
    {Group::tcp, "TCP"},
    {Group::sctp, "SCTP"},
    {Group::dccp, "DCCP"},
    {Group::socks, "SOCKS"},
    {Group::http, "HTTP"},
    {Group::openssl, "OPENSSL"},
    {Group::interface, "INTERFACE"},
    {Group::posixmq, "POSIXMQ"},
});

std::string list_groups(Group groups) {
  std::string list;
  for (const GroupName& entry : group_names)
    if (intersects(groups, entry.group))
      list += (list.empty() ? "" : ",") + std::string{entry.name};
  return list.empty() ? "any" : list;
}

std::string_view mark(Status status) {
  return status == Status::later ? "*" : " ";
}

// `host:port` → `:<host>:<port>`, `[filename]` → `[:<filename>]`.
std::string parameter_syntax(std::string_view parameters) {
  std::string syntax;
  bool begins = true;
  for (const char c : parameters) {
    const bool separates = c == ':' || c == '[' || c == ']';
    if (separates && !begins) syntax += '>';
    if (c == '[' || c == ']') syntax += c;
    if (!separates && begins) syntax += ":<";
    if (!separates) syntax += c;
    begins = separates;
  }
  return begins ? syntax : syntax + '>';
}

// One entry of a sorted list; the name is what sorts.
struct Entry {
  std::string_view name;
  std::string text;
};

void append_sorted(std::string& help, std::vector<Entry>& entries) {
  std::ranges::sort(entries, {}, &Entry::name);
  for (const Entry& entry : entries) help += entry.text;
}

void add_aliases(std::vector<Entry>& entries, std::string_view aliases, std::string_view name) {
  for_each_name(aliases, [&](std::string_view alias) {
    entries.push_back({alias, fmt::format("         {} is an alias name for {}\n", alias, name)});
  });
}

void append_kinds(std::string& help) {
  std::vector<Entry> entries;
  for (const KindInfo& kind : all_kinds()) {
    entries.push_back(
        {kind.name, fmt::format("     {}{}{}\tgroups={}\n", mark(kind.status), kind.name,
                                parameter_syntax(kind.parameters), list_groups(kind.groups))});
    add_aliases(entries, kind.aliases, kind.name);
  }
  append_sorted(help, entries);
}

// The first alias is the name people use; without one it is the canonical name.
std::string_view common_name(const OptionInfo& option) {
  const std::string_view first = option.aliases.substr(0, option.aliases.find(' '));
  return first.empty() ? option.name : first;
}

void append_common_options(std::string& help) {
  std::vector<Entry> entries;
  for (const OptionInfo& option : all_options()) {
    const std::string_view name = common_name(option);
    const std::string syntax =
        fmt::format("{}{}", name, value_shapes[static_cast<std::size_t>(option.type)]);
    entries.push_back(
        {name, fmt::format("     {}{:<28} {}\n", mark(option.status), syntax, option.help)});
  }
  append_sorted(help, entries);
}

void append_all_options(std::string& help) {
  std::vector<Entry> entries;
  for (const OptionInfo& option : all_options()) {
    entries.push_back(
        {option.name, fmt::format("     {}{}{}\tgroups={}\t{}\n", mark(option.status), option.name,
                                  value_shapes[static_cast<std::size_t>(option.type)],
                                  list_groups(option.groups), option.help)});
    add_aliases(entries, option.aliases, option.name);
  }
  append_sorted(help, entries);
}

}  // namespace

std::string address_help(HelpDepth depth) {
  std::string help{explanation};
  append_kinds(help);
  help += short_forms;
  if (depth == HelpDepth::kinds) return help;
  help += "   opts:\n      <opt>{,<opts>}:\n   opt (* is not in this version):\n";
  if (depth == HelpDepth::common_options)
    append_common_options(help);
  else
    append_all_options(help);
  return help;
}

}  // namespace ringcat
