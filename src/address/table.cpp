#include "address/table.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "address/names.hpp"

namespace ringcat {
namespace {

// The canonical name of a row, made from its identifier: `stdin_` → `stdin`, `so_linger` →
// `so-linger`. As a template parameter it lives as long as the program.
template <std::size_t N>
struct CanonicalName {
  std::array<char, N> text{};
  std::size_t length = N - 1;

  consteval explicit(false) CanonicalName(const char (&id)[N]) {
    std::ranges::transform(id, text.begin(), [](char c) { return c == '_' ? '-' : c; });
    if (text[length - 1] == '-') --length;
  }
};

template <CanonicalName name>
constexpr std::string_view canonical{name.text.data(), name.length};

// Sets of groups that kinds.inc and options.inc name.
constexpr Group appl = Group::any_kind;
constexpr Group process = Group::any_kind;
constexpr Group ip = Group::ip4 | Group::ip6;
constexpr Group any_descriptor = Group::fd | Group::fifo | Group::chr | Group::blk | Group::reg |
                                 Group::socket | Group::termios | Group::unix_socket | ip |
                                 Group::udp | Group::tcp | Group::sctp;

constexpr auto kinds = [] {
  using enum Group;
  using enum Status;
  return std::to_array<KindInfo>({
#define KIND(id, aliases, parameters, groups, status, help) \
  {KindId::id, canonical<#id>, aliases, parameters, (groups) | any_kind, status, help},
#include "address/kinds.inc"
#undef KIND
  });
}();

constexpr auto options = [] {
  using enum Group;
  using enum Status;
  using enum ValueType;
  return std::to_array<OptionInfo>({
#define OPTION(id, aliases, type, unit, groups, status, help) \
  {OptionId::id, canonical<#id>, aliases, type, unit, groups, status, help},
#include "address/options.inc"
#undef OPTION
  });
}();

template <typename Info>
const Info* find_named(std::span<const Info> rows, std::string_view name) {
  const auto row = std::ranges::find_if(rows, [name](const Info& candidate) {
    return equal_ignoring_case(candidate.name, name) || lists_name(candidate.aliases, name);
  });
  return row == rows.end() ? nullptr : &*row;
}

template <typename Info>
std::string_view nearest_named(std::span<const Info> rows, std::string_view name) {
  NearestName nearest{name};
  for (const Info& row : rows) {
    nearest.offer(row.name);
    for_each_name(row.aliases, [&nearest](std::string_view alias) { nearest.offer(alias); });
  }
  return nearest.found();
}

}  // namespace

std::span<const KindInfo> all_kinds() {
  return kinds;
}

std::span<const OptionInfo> all_options() {
  return options;
}

const KindInfo& info(KindId id) {
  return kinds[static_cast<std::size_t>(id)];
}

const OptionInfo& info(OptionId id) {
  return options[static_cast<std::size_t>(id)];
}

const KindInfo* find_kind(std::string_view name) {
  return find_named(all_kinds(), name);
}

const OptionInfo* find_option(std::string_view name) {
  return find_named(all_options(), name);
}

std::string_view nearest_kind(std::string_view name) {
  return nearest_named(all_kinds(), name);
}

std::string_view nearest_option(std::string_view name) {
  return nearest_named(all_options(), name);
}

}  // namespace ringcat
