// Descriptor options: flags of open(2), and what is done to a descriptor once it is open.
//
// Thread: the reactor's that opens. Refuses: sockets' own options (socket_options.hpp).
#pragma once

#include <sys/types.h>

#include "address/spec.hpp"
#include "base/error.hpp"
#include "endpoint/channel.hpp"
#include "endpoint/open.hpp"
#include "ring/task.hpp"

namespace ringcat {

// Whether `id` is applied to a descriptor by apply_fd_options().
[[nodiscard]] bool is_fd_option(OptionId id);

// Whether `id` is a flag of open(2).
[[nodiscard]] bool is_open_flag(OptionId id);

// The flags that the address's options add to open(2), the access mode left out.
[[nodiscard]] int open_flags(const AddressSpec& spec);

// The access mode: what `rdonly`, `wronly`, `rdwr` say, else what the direction needs.
[[nodiscard]] int access_mode(const AddressSpec& spec, Direction direction);

// Whether owner and rights are set on the descriptor, or were set by name already.
enum class Named : bool { no, yes };

// In socat's order: owner and rights, locks, flags, position, length. A lock that has to be waited
// for is waited for on a timer.
[[nodiscard]] Task<Result<void>> apply_fd_options(OpenContext context, const AddressSpec& spec,
                                                  int fd, Named named);

// Whether any option of `spec` is for apply_fd_options(): most addresses have none.
[[nodiscard]] bool has_fd_options(const AddressSpec& spec);

// ignoreeof, readbytes, crnl, shut-*, …: what a session reads off its channel. `shut-*` and
// `end-close` win over what the kind has set.
void apply_channel_options(const AddressSpec& spec, Channel& channel);

// Whether `id` is handled by apply_channel_options().
[[nodiscard]] bool is_channel_option(OptionId id);

}  // namespace ringcat
