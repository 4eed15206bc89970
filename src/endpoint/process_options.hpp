// Process options: root and working directory, user and groups, network namespace, lock files.
//
// There is one process, not one for each connection: what an address changes is changed once and
// for all when it is first opened. The network namespace is the exception: it is entered for one
// socket(2) and left again, since it belongs to the thread. Thread: the reactor's that opens.
#pragma once

#include "address/spec.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "endpoint/channel.hpp"
#include "endpoint/open.hpp"
#include "ring/task.hpp"

namespace ringcat {

// Whether `id` is handled here.
[[nodiscard]] bool is_process_option(OptionId id);

// Whether the address has any of them: most have none.
[[nodiscard]] bool has_process_options(const AddressSpec& spec);

// Before opening: chdir, chroot-early, setgid-early, setuid-early, substuser-early.
[[nodiscard]] Result<void> enter_process_options(const AddressSpec& spec, bool served);

// After opening: chroot, setgid, setuid, substuser, substuser-delayed.
[[nodiscard]] Result<void> leave_process_options(const AddressSpec& spec, bool served);

// `lockfile`, `waitlock`: creates the file, waiting for its going where that is asked for;
// `at_close` removes it.
[[nodiscard]] Task<Result<void>> take_lock_file(OpenContext context, const AddressSpec& spec,
                                                CloseAction& at_close);

// `netns`: from construction until it goes, this thread makes its sockets there.
class NetworkNamespace {
 public:
  [[nodiscard]] static Result<NetworkNamespace> enter(const AddressSpec& spec);
  NetworkNamespace(NetworkNamespace&&) = default;
  NetworkNamespace& operator=(NetworkNamespace&&) = delete;
  ~NetworkNamespace();

 private:
  NetworkNamespace() = default;

  UniqueFd home_;
};

}  // namespace ringcat
