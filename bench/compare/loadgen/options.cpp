#include "options.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace loadgen {

namespace {

[[noreturn]] void usage(const char* problem, const std::string& what) {
  std::fprintf(stderr, "loadgen: %s %s\n", problem, what.c_str());
  std::exit(2);
}

}  // namespace

Options::Options(int argc, char** argv) {
  for (int i = 2; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--") {
      command_.assign(argv + i + 1, argv + argc);
      return;
    }
    const std::size_t equals = word.find('=');
    if (!word.starts_with("--") || equals == word.npos) usage("not --name=value:", argv[i]);
    settings_.emplace(word.substr(2, equals - 2), word.substr(equals + 1));
  }
}

const std::string& Options::text(const std::string& name) const {
  const auto found = settings_.find(name);
  if (found == settings_.end()) usage("missing:", "--" + name);
  return found->second;
}

std::uint64_t Options::number(const std::string& name) const {
  return std::strtoull(text(name).c_str(), nullptr, 10);
}

double Options::seconds(const std::string& name) const {
  return std::strtod(text(name).c_str(), nullptr);
}

std::uint16_t Options::port(const std::string& name) const {
  return static_cast<std::uint16_t>(number(name));
}

}  // namespace loadgen
