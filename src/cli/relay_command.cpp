#include "cli/relay_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <optional>

#include "base/log.hpp"
#include "cli/address_argument.hpp"
#include "cli/descriptor_report.hpp"
#include "cli/lock_file.hpp"
#include "cli/output.hpp"
#include "cli/process.hpp"
#include "cli/progress_line.hpp"

namespace ringcat {

namespace {

struct Addresses {
  AddressSpec left;
  AddressSpec right;
};

std::optional<AddressSpec> read_relay_address(const CommandLine& line, std::string_view text) {
  const ParseSettings settings{.check_groups = line.check_option_groups};
  const bool show_caret = line.log.sink == LogSettings::Sink::standard_error;
  std::optional<AddressSpec> spec = read_address(text, settings, show_caret);
  for (AddressSpec* part = spec ? &*spec : nullptr; part != nullptr; part = part->writer.get()) {
    part->sloppy = line.sloppy;
  }
  return spec;
}

std::optional<Addresses> read_addresses(const CommandLine& line) {
  std::optional<AddressSpec> left = read_relay_address(line, line.addresses[0]);
  if (!left) return std::nullopt;
  std::optional<AddressSpec> right = read_relay_address(line, line.addresses[1]);
  if (!right) return std::nullopt;
  return Addresses{std::move(*left), std::move(*right)};
}

Result<std::optional<LockFile>> obtain_lock(const std::optional<LockRequest>& request) {
  if (!request) return std::nullopt;
  Result<LockFile> lock =
      request->wait ? LockFile::wait_for(request->path) : LockFile::obtain(request->path);
  if (!lock) return std::unexpected(std::move(lock).error());
  return std::optional{std::move(*lock)};
}

Route route_of(const CommandLine& line, const Addresses& addresses) {
  Route route;
  route.left = &addresses.left;
  route.right = &addresses.right;
  route.session = line.session;
  route.half_close_timeout_given = line.half_close_timeout_given;
  route.family = line.family;
  route.statistics = line.statistics;
  return route;
}

// The line is for a person who waits: a log on the same terminal would tear it.
bool wants_progress(const CommandLine& line) {
  return line.progress && !line.verbose && ::isatty(STDERR_FILENO) == 1;
}

int run(const CommandLine& line, const Features& features, const Addresses& addresses) {
  Route route = route_of(line, addresses);
  if (line.report_descriptors) {
    route.before_transfer = [] { print(STDERR_FILENO, descriptor_report()); };
  }
  ProgressLine progress{STDERR_FILENO};
  if (wants_progress(line)) {
    route.on_progress = [&progress](const Progress& so_far) { progress.show(so_far); };
  }
  const int status = run_route(features, line.engine, route);
  // After a signal the engine has said so.
  if (status < 128) log(LogLevel::notice, fmt::format("exiting with status {}", status));
  return status;
}

int fail_with(const Error& error) {
  log(LogLevel::error, error.message);
  return 1;
}

}  // namespace

int run_relay(const CommandLine& line) {
  raise_file_limit();
  ignore_sigpipe();
  const std::optional<Addresses> addresses = read_addresses(line);
  if (!addresses) return 1;
  const Result<std::optional<LockFile>> lock = obtain_lock(line.lock);
  if (!lock) return fail_with(lock.error());
  const Result<Features> features = probe_features(line.backend);
  if (!features) return fail_with(features.error());
  return run(line, *features, *addresses);
}

}  // namespace ringcat
