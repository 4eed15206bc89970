// The load generator's command line: `--name=value` settings, then the words after `--`.
//
// Thread: any. Refuses: defaults; a setting that is not given ends the program with its name.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace loadgen {

class Options {
 public:
  Options(int argc, char** argv);

  [[nodiscard]] bool has(const std::string& name) const { return settings_.contains(name); }
  [[nodiscard]] const std::string& text(const std::string& name) const;
  [[nodiscard]] std::uint64_t number(const std::string& name) const;
  [[nodiscard]] double seconds(const std::string& name) const;
  [[nodiscard]] std::uint16_t port(const std::string& name) const;

  // The words after `--`.
  [[nodiscard]] const std::vector<std::string>& command() const { return command_; }

 private:
  std::map<std::string, std::string> settings_;
  std::vector<std::string> command_;
};

}  // namespace loadgen
