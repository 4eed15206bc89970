#include "endpoint/process_options.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "endpoint/names.hpp"

namespace ringcat {
namespace {

using enum OptionId;

// How often a lock file is looked at while another process has it.
constexpr Duration lock_file_retry = std::chrono::milliseconds{100};

// Where `ip netns` keeps its names.
constexpr const char* namespace_directory = "/run/netns/";

Result<void> check(const char* what, const std::string& argument, int result) {
  if (result == 0) return {};
  return fail_errno(fmt::format("{} {}", what, argument), errno);
}

Result<void> change_directory(const std::string& path) {
  return check("chdir", path, ::chdir(path.c_str()));
}

// A working directory outside the new root would be a way out of it.
Result<void> change_root(const std::string& path) {
  if (const auto done = check("chroot", path, ::chroot(path.c_str())); !done) return done;
  return check("chdir", "/", ::chdir("/"));
}

Result<void> change_group(const std::string& name) {
  const Result<gid_t> id = group_id(name);
  if (!id) return std::unexpected(id.error());
  return check("setgid", name, ::setgid(*id));
}

Result<void> change_user(const std::string& name) {
  const Result<uid_t> id = user_id(name);
  if (!id) return std::unexpected(id.error());
  return check("setuid", name, ::setuid(*id));
}

// A user with all groups: looked up before a chroot may hide the data base.
struct Identity {
  std::string name;
  uid_t user = 0;
  gid_t primary_group = 0;
  std::vector<gid_t> groups;
};

Result<Identity> look_up(const std::string& name) {
  const Result<uid_t> id = user_id(name);
  if (!id) return std::unexpected(id.error());
  std::array<char, 16 * 1024> text{};
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(*id, &entry, text.data(), text.size(), &found);
  if (found == nullptr) return fail(fmt::format("user \"{}\" does not exist", name));
  Identity identity{.name = name, .user = found->pw_uid, .primary_group = found->pw_gid};
  int count = 64;
  identity.groups.resize(static_cast<std::size_t>(count));
  if (::getgrouplist(found->pw_name, found->pw_gid, identity.groups.data(), &count) < 0) {
    identity.groups.resize(static_cast<std::size_t>(count));
    ::getgrouplist(found->pw_name, found->pw_gid, identity.groups.data(), &count);
  }
  identity.groups.resize(static_cast<std::size_t>(count));
  return identity;
}

Result<void> become(const Identity& identity) {
  const std::string& name = identity.name;
  if (const auto done =
          check("setgroups", name, ::setgroups(identity.groups.size(), identity.groups.data()));
      !done)
    return done;
  if (const auto done = check("setgid", name, ::setgid(identity.primary_group)); !done) return done;
  return check("setuid", name, ::setuid(identity.user));
}

Result<void> substitute_user(const std::string& name) {
  const Result<Identity> identity = look_up(name);
  return identity ? become(*identity) : std::unexpected(identity.error());
}

struct ProcessOption {
  OptionId id;
  Result<void> (*apply)(const std::string& argument);
};

// Each in the order in which it is applied: the privilege to change is given up last.
constexpr auto before_opening = std::to_array<ProcessOption>({
    {OptionId::chdir, change_directory},
    {chroot_early, change_root},
    {setgid_early, change_group},
    {setuid_early, change_user},
    {substuser_early, substitute_user},
});

constexpr auto after_opening = std::to_array<ProcessOption>({
    {OptionId::chroot, change_root},
    {OptionId::setgid, change_group},
    {OptionId::setuid, change_user},
    {substuser, substitute_user},
});

constexpr auto applied_one_by_one =
    std::to_array<OptionId>({substuser_delayed, netns, lockfile, waitlock});

template <typename Rows>
bool has_row(const Rows& rows, OptionId id) {
  return std::ranges::find(rows, id, &ProcessOption::id) != std::ranges::end(rows);
}

template <typename Rows>
Result<void> apply(const Rows& rows, const AddressSpec& spec) {
  for (const ProcessOption& row : rows) {
    const auto argument = spec.get<std::string>(row.id);
    if (!argument) continue;
    if (const auto done = row.apply(*argument); !done) return done;
  }
  return {};
}

// The addresses of served sessions whose options are in force already.
class Applied {
 public:
  // True the first time.
  bool add(const AddressSpec& spec, bool early) {
    const std::scoped_lock lock(mutex_);
    auto& specs = early ? early_ : late_;
    if (std::ranges::find(specs, &spec) != specs.end()) return false;
    specs.push_back(&spec);
    return true;
  }

 private:
  std::mutex mutex_;
  std::vector<const AddressSpec*> early_;
  std::vector<const AddressSpec*> late_;
};

Applied& applied() {
  static Applied instance;
  return instance;
}

}  // namespace

bool is_process_option(OptionId id) {
  return has_row(before_opening, id) || has_row(after_opening, id) ||
         std::ranges::find(applied_one_by_one, id) != applied_one_by_one.end();
}

bool has_process_options(const AddressSpec& spec) {
  return std::ranges::any_of(spec.options,
                             [](const auto& setting) { return is_process_option(setting.id); });
}

Result<void> enter_process_options(const AddressSpec& spec, bool served) {
  if (served && !applied().add(spec, true)) return {};
  return apply(before_opening, spec);
}

Result<void> leave_process_options(const AddressSpec& spec, bool served) {
  if (served && !applied().add(spec, false)) return {};
  const auto delayed = spec.get<std::string>(substuser_delayed);
  const Result<Identity> identity = delayed ? look_up(*delayed) : Identity{};
  if (!identity) return std::unexpected(identity.error());
  if (const auto done = apply(after_opening, spec); !done) return done;
  return delayed ? become(*identity) : Result<void>{};
}

Task<Result<void>> take_lock_file(OpenContext context, const AddressSpec& spec,
                                  CloseAction& at_close) {
  const auto waiting = spec.get<std::string>(waitlock);
  const auto path = waiting ? waiting : spec.get<std::string>(lockfile);
  if (!path) co_return Result<void>{};
  UniqueFd file{::open(path->c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644)};
  while (!file && errno == EEXIST && waiting && !context.reactor.is_shut_down()) {
    co_await sleep_for{context.reactor, lock_file_retry};
    file.reset(::open(path->c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644));
  }
  if (!file) co_return fail_errno("lock file " + *path, errno);
  const std::string owner = fmt::format("{}\n", ::getpid());
  if (::write(file.get(), owner.data(), owner.size()) < 0)
    log(LogLevel::warning, fmt::format("lock file {}: {}", *path, errno_text(errno)));
  add_close_action(at_close, [path] { ::unlink(path->c_str()); });
  co_return Result<void>{};
}

Result<NetworkNamespace> NetworkNamespace::enter(const AddressSpec& spec) {
  NetworkNamespace entered;
  const auto name = spec.get<std::string>(netns);
  if (!name) return entered;
  const std::string path = name->contains('/') ? *name : namespace_directory + *name;
  const UniqueFd target{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!target) return fail_errno("network namespace " + path, errno);
  UniqueFd home{::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)};
  if (!home) return fail_errno("/proc/thread-self/ns/net", errno);
  if (::setns(target.get(), CLONE_NEWNET) != 0)
    return fail_errno("enter network namespace " + path, errno);
  entered.home_ = std::move(home);
  return entered;
}

NetworkNamespace::~NetworkNamespace() {
  if (home_ && ::setns(home_.get(), CLONE_NEWNET) != 0)
    log(LogLevel::error, "cannot return to the network namespace: " + errno_text(errno));
}

}  // namespace ringcat
