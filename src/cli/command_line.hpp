// CommandLine: what the flags in front of the two addresses say, each value already of its type.
//
// The vocabulary is socat's (1.7.4.4, and what 1.8 added to it), the rows stand in flags.cpp.
// Thread: main, before any other starts. Refuses: reading the addresses, doing what is asked.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/error.hpp"
#include "base/log.hpp"
#include "endpoint/open.hpp"
#include "engine/engine.hpp"
#include "relay/session.hpp"
#include "ring/features.hpp"

namespace ringcat {

enum class Action : std::uint8_t { relay, print_help, print_version };

// -L and -W: only one process at a time runs with this file.
struct LockRequest {
  std::string path;
  bool wait = false;
};

struct CommandLine {
  Action action = Action::relay;
  unsigned help_level = 0;  // 1 to 3: -h, -hh, -hhh

  LogSettings log{.threshold = LogLevel::error};
  bool verbose = false;  // any -d

  SessionSettings session{.half_close_timeout = std::chrono::milliseconds{500}};
  bool half_close_timeout_given = false;
  EngineSettings engine;
  BackendChoice backend = BackendChoice::automatic;
  Family family = Family::any;
  bool sloppy = false;
  bool statistics = false;
  bool check_option_groups = true;
  bool report_descriptors = false;
  bool progress = true;
  std::optional<LockRequest> lock;

  std::array<std::string, 2> addresses;
};

// Reads `arguments` (without the program's name) into `line`. After an error, what stood in front
// of it has been read: the log settings among it say where to report the error.
[[nodiscard]] Result<void> read_command_line(std::span<char* const> arguments, CommandLine& line);

}  // namespace ringcat
