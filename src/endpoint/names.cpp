#include "endpoint/names.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

namespace ringcat {
namespace {

// Large enough for any entry that a directory service gives in practice.
using EntryText = std::array<char, 16 * 1024>;

template <typename Id>
std::optional<Id> number(std::string_view text) {
  Id value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<Ownership> read_ownership(const AddressSpec& spec, OptionId user, OptionId group,
                                 OptionId mode) {
  Ownership wanted;
  if (const auto name = spec.get<std::string>(user)) {
    const Result<uid_t> id = user_id(*name);
    if (!id) return std::unexpected(id.error());
    wanted.user = *id;
  }
  if (const auto name = spec.get<std::string>(group)) {
    const Result<gid_t> id = group_id(*name);
    if (!id) return std::unexpected(id.error());
    wanted.group = *id;
  }
  if (const auto bits = spec.get<std::int64_t>(mode)) wanted.mode = static_cast<mode_t>(*bits);
  return wanted;
}

Result<void> unlink_if_there(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return fail_errno("unlink " + path, errno);
}

// Which file a name stands for, so that only that one is removed at the end.
struct FileIdentity {
  dev_t device;
  ino_t inode;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

std::optional<FileIdentity> identity_of(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino};
}

// Guards the umask of the process, which all its threads share.
std::mutex umask_mutex;

}  // namespace

Result<uid_t> user_id(std::string_view name) {
  if (const auto id = number<uid_t>(name)) return *id;
  EntryText text;
  passwd entry{};
  passwd* found = nullptr;
  ::getpwnam_r(std::string{name}.c_str(), &entry, text.data(), text.size(), &found);
  if (found == nullptr) return fail(fmt::format("user \"{}\" does not exist", name));
  return found->pw_uid;
}

Result<gid_t> group_id(std::string_view name) {
  if (const auto id = number<gid_t>(name)) return *id;
  EntryText text;
  group entry{};
  group* found = nullptr;
  ::getgrnam_r(std::string{name}.c_str(), &entry, text.data(), text.size(), &found);
  if (found == nullptr) return fail(fmt::format("group \"{}\" does not exist", name));
  return found->gr_gid;
}

Result<Ownership> ownership(const AddressSpec& spec) {
  return read_ownership(spec, OptionId::user, OptionId::group, OptionId::perm);
}

Result<Ownership> early_ownership(const AddressSpec& spec) {
  return read_ownership(spec, OptionId::user_early, OptionId::group_early, OptionId::perm_early);
}

Result<void> give_name(const std::string& path, const Ownership& wanted) {
  if (wanted.changes_owner() && ::chown(path.c_str(), wanted.user.value_or(static_cast<uid_t>(-1)),
                                        wanted.group.value_or(static_cast<gid_t>(-1))) != 0)
    return fail_errno("chown " + path, errno);
  if (wanted.mode && ::chmod(path.c_str(), *wanted.mode) != 0)
    return fail_errno("chmod " + path, errno);
  return {};
}

Result<void> prepare_name(const AddressSpec& spec, const std::string& path) {
  if (spec.options.empty()) return {};
  if (spec.flag(OptionId::unlink_early)) {
    if (const auto done = unlink_if_there(path); !done) return done;
  }
  const Result<Ownership> early = early_ownership(spec);
  if (!early) return std::unexpected(early.error());
  if (const auto done = give_name(path, *early); !done) return done;
  return spec.flag(OptionId::unlink) ? unlink_if_there(path) : Result<void>{};
}

Result<void> settle_name(const AddressSpec& spec, const std::string& path, bool by_default,
                         CloseAction& at_close) {
  if (spec.flag(OptionId::unlink_late)) return unlink_if_there(path);
  if (!spec.get<bool>(OptionId::unlink_close).value_or(by_default)) return {};
  const auto ours = identity_of(path);
  if (!ours) return {};
  add_close_action(at_close, [path, ours] {
    if (identity_of(path) == ours) ::unlink(path.c_str());
  });
  return {};
}

UmaskGuard::UmaskGuard(const AddressSpec& spec) {
  const auto mask = spec.get<std::int64_t>(OptionId::umask);
  if (!mask) return;
  lock_ = std::unique_lock(umask_mutex);
  before_ = ::umask(static_cast<mode_t>(*mask));
}

UmaskGuard::~UmaskGuard() {
  if (before_) ::umask(*before_);
}

}  // namespace ringcat
