// The command of SYSTEM, SHELL and EXEC as people write it, where socat's reading would spoil it.
//
// socat takes a level of quotes off, makes `\n` a line break and cuts at a colon. A command that
// has an unprotected colon, a quote, or a continued line is therefore taken raw. Not so what is
// written for socat's reading: quotes around the whole command ("cmd a,b"), and quotes that are
// protected by quotes or escapes ('"a b"', "\"a b\"", \"a b\").
//
// Thread: any; pure functions. Refuses: running anything, splitting a command into arguments.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "address/table.hpp"

namespace ringcat {

struct RawCommand {
  std::string command;
  std::size_t length = 0;  // of what it was made from; options, `!!` or the end follow
};

// Whether the only parameter of the kind is a command.
[[nodiscard]] bool takes_command(KindId kind);

// `text` follows `SYSTEM:`, `SHELL:` or `EXEC:`. Nothing where socat's own reading holds.
//
// The raw command reaches to `!!` or to the end, except for a list of valid options behind it of
// which at least one is made for programs (`,pty,stderr`). EXEC joins continued lines. In SYSTEM
// and SHELL `\"` inside `"$( )"` is meant as `"`.
[[nodiscard]] std::optional<RawCommand> read_raw_command(KindId kind, std::string_view text);

}  // namespace ringcat
