// THE table: every kind of address and every option that is known, with names, types, groups, help
// and whether this version implements it. The rows stand in kinds.inc and options.inc.
//
// Thread: any; constant data. Refuses: reading text, opening anything.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ringcat {

enum class KindId : std::uint8_t {
#define KIND(id, ...) id,
#include "address/kinds.inc"
#undef KIND
};

enum class OptionId : std::uint16_t {
#define OPTION(id, ...) id,
#include "address/options.inc"
#undef OPTION
};

// Whether this version implements a row.
enum class Status : std::uint8_t { now, later };

// What connects options to kinds; socat's names for them, one bit each.
enum class Group : std::uint32_t {
  none = 0,
  fd = 1U << 0,
  fifo = 1U << 1,
  chr = 1U << 2,
  blk = 1U << 3,
  reg = 1U << 4,
  named = 1U << 5,
  open = 1U << 6,
  socket = 1U << 7,
  unix_socket = 1U << 8,
  ip4 = 1U << 9,
  ip6 = 1U << 10,
  udp = 1U << 11,
  udplite = 1U << 12,
  tcp = 1U << 13,
  sctp = 1U << 14,
  dccp = 1U << 15,
  listen = 1U << 16,
  child = 1U << 17,
  range = 1U << 18,
  retry = 1U << 19,
  exec = 1U << 20,
  fork = 1U << 21,
  parent = 1U << 22,
  pty = 1U << 23,
  termios = 1U << 24,
  readline = 1U << 25,
  openssl = 1U << 26,
  socks = 1U << 27,
  http = 1U << 28,
  interface = 1U << 29,
  posixmq = 1U << 30,
  any_kind = 1U << 31,  // socat's PROCESS and APPL: every kind has it
};

[[nodiscard]] constexpr Group operator|(Group left, Group right) {
  // Flags combine to values that have no enumerator. NOLINTNEXTLINE(*EnumCastOutOfRange)
  return static_cast<Group>(static_cast<std::uint32_t>(left) | static_cast<std::uint32_t>(right));
}

[[nodiscard]] constexpr bool intersects(Group left, Group right) {
  return (static_cast<std::uint32_t>(left) & static_cast<std::uint32_t>(right)) != 0;
}

// How an option's value is written, and which alternative of OptionValue holds it. Numbers are
// decimal, 0x hexadecimal, or octal with a leading 0.
enum class ValueType : std::uint8_t {
  constant,          // bool: no value may be written; true
  flag,              // bool: a number, 0 for false; true where none is written
  integer,           // int64: 32 bit; 1 where none is written, as socat has it
  required_integer,  // int64: as integer, but it must be written
  unsigned_integer,  // int64: as integer, never negative
  byte,              // int64: as integer, 0 to 255
  port,              // int64: as integer, 0 to 65535
  offset,            // int64: as integer, 64 bit
  size,              // int64: bytes, also with a unit as in 64k; 1 where none is written
  mode,              // int64: octal, must be written
  duration,          // Duration: seconds, also with a unit as in 20ms; must be written
  text,              // string: must be written, may be empty
  optional_text,     // string: empty where none is written
  socket_data,       // string: `level:name:data`, for parse_socket_setting()
  socket_integer,    // string: `level:name:number`, likewise
  socket_text,       // string: `level:name:text`, likewise
};

struct KindInfo {
  KindId id;
  std::string_view name;        // canonical, lower case: `tcp4-listen`
  std::string_view aliases;     // separated by spaces
  std::string_view parameters;  // `host:port`; `[...]` may be left out
  Group groups;
  Status status;
  std::string_view help;
};

struct OptionInfo {
  OptionId id;
  std::string_view name;     // canonical, lower case: `so-keepalive`
  std::string_view aliases;  // separated by spaces
  ValueType type;
  std::string_view unit;  // of a value written without one, may be empty
  Group groups;
  Status status;
  std::string_view help;
};

// All rows, in the order of the identifiers.
[[nodiscard]] std::span<const KindInfo> all_kinds();
[[nodiscard]] std::span<const OptionInfo> all_options();

[[nodiscard]] const KindInfo& info(KindId id);
[[nodiscard]] const OptionInfo& info(OptionId id);

// By canonical name or alias, in any case; nullptr where there is none.
[[nodiscard]] const KindInfo* find_kind(std::string_view name);
[[nodiscard]] const OptionInfo* find_option(std::string_view name);

// The known kind or option name nearest to a misspelt one, or empty where none is near enough.
[[nodiscard]] std::string_view nearest_kind(std::string_view name);
[[nodiscard]] std::string_view nearest_option(std::string_view name);

}  // namespace ringcat
