// What descriptors that are no sockets of our own share: files, pipes, terminals, inherited ones.
//
// Thread: the reactor's that opens. Refuses: opening.
#pragma once

#include <string>

#include "address/spec.hpp"
#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "endpoint/channel.hpp"
#include "endpoint/fd_options.hpp"
#include "endpoint/open.hpp"
#include "ring/task.hpp"

namespace ringcat {

// ` for reading and writing`, as socat logs what a descriptor is used for.
[[nodiscard]] const char* purpose(Direction direction);

// Applies what options are left to the channel's descriptors, and finds out what they are. Without
// a `shut-*` option, a socket's writing side is shut down at the end, any other is left alone.
[[nodiscard]] Task<Result<Channel>> finish_streams(OpenContext context, const AddressSpec& spec,
                                                   Channel channel, Named named);

}  // namespace ringcat
