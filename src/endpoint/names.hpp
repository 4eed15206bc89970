// Names in the file system that an address creates or takes over: unlinking, ownership and rights
// (the NAMED options), and the umask they are made under.
//
// Thread: the reactor's that opens; a umask is the whole process's, so UmaskGuard serialises its
// users. Refuses: opening what is named.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "address/spec.hpp"
#include "base/error.hpp"
#include "endpoint/channel.hpp"

namespace ringcat {

// Who shall own a name, and with which rights; what is not given stays as the kernel makes it.
struct Ownership {
  std::optional<uid_t> user;
  std::optional<gid_t> group;
  std::optional<mode_t> mode;

  [[nodiscard]] bool changes_owner() const { return user.has_value() || group.has_value(); }
};

// A user or a group by its number or its name.
[[nodiscard]] Result<uid_t> user_id(std::string_view name);
[[nodiscard]] Result<gid_t> group_id(std::string_view name);

// `user`, `group`, `perm` of the address, and their `-early` forms.
[[nodiscard]] Result<Ownership> ownership(const AddressSpec& spec);
[[nodiscard]] Result<Ownership> early_ownership(const AddressSpec& spec);

// Before the name is accessed: unlink-early, user-early, group-early, perm-early, unlink.
[[nodiscard]] Result<void> prepare_name(const AddressSpec& spec, const std::string& path);

// Gives an existing name its owner, then its rights: never the new owner with the old rights.
[[nodiscard]] Result<void> give_name(const std::string& path, const Ownership& wanted);

// After it was opened: `unlink-late` now; `unlink-close` (`by_default` where it is not given) when
// the owner of `at_close` closes, unless the name has become another file's by then.
[[nodiscard]] Result<void> settle_name(const AddressSpec& spec, const std::string& path,
                                       bool by_default, CloseAction& at_close);

// `umask`: holds for the creation it surrounds.
class UmaskGuard {
 public:
  explicit UmaskGuard(const AddressSpec& spec);
  UmaskGuard(const UmaskGuard&) = delete;
  UmaskGuard& operator=(const UmaskGuard&) = delete;
  ~UmaskGuard();

 private:
  std::unique_lock<std::mutex> lock_;
  std::optional<mode_t> before_;
};

}  // namespace ringcat
