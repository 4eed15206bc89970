#include "relay/lane.hpp"

namespace ringcat {
namespace {

bool is_pipe(const FdTraits& traits) {
  return traits.kind == FdKind::pipe;
}
bool is_socket(const FdTraits& traits) {
  return traits.kind == FdKind::stream_socket;
}

// Whether splice(2) can take from it without ever blocking the reactor: a socket must be
// non-blocking itself (SPLICE_F_NONBLOCK governs only the pipe), and terminals know no splice.
bool gives_to_splice(const FdTraits& traits) {
  switch (traits.kind) {
    case FdKind::stream_socket:
      return traits.nonblocking;
    case FdKind::pipe:
    case FdKind::regular_file:
    case FdKind::device:
      return true;
    case FdKind::datagram_socket:
    case FdKind::terminal:
      return false;
  }
  return false;
}

bool takes_from_splice(const FdTraits& traits) {
  return gives_to_splice(traits) && !traits.appending;
}

}  // namespace

Lane choose_lane(const FdTraits& source, const FdTraits& target, LaneChoice choice) {
  const bool may_splice = gives_to_splice(source) && takes_from_splice(target);
  if (choice != LaneChoice::copy && may_splice) {
    return is_pipe(source) || is_pipe(target) ? Lane::splice_direct : Lane::splice_pooled;
  }
  const bool sockets = is_socket(source) && is_socket(target);
  return sockets ? Lane::large_copy : Lane::copy;
}

}  // namespace ringcat
