#include "endpoint/streams.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "endpoint/socket_address.hpp"
#include "endpoint/socket_options.hpp"

namespace ringcat {
namespace {

bool is_socket(const FdTraits& traits) {
  return traits.kind == FdKind::stream_socket || traits.kind == FdKind::datagram_socket;
}

// What reading a regular file from where it stands to its end will give.
std::uint64_t bytes_ahead(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return 0;
  const off_t at = ::lseek(fd, 0, SEEK_CUR);
  return at >= 0 && at < status.st_size ? static_cast<std::uint64_t>(status.st_size - at) : 0;
}

Task<Result<void>> apply_options(OpenContext context, const AddressSpec& spec, int fd,
                                 Named named) {
  if (spec.options.empty()) co_return Result<void>{};
  const int family = SocketAddress::local_of(fd).family();
  for (const SocketPhase phase : {SocketPhase::fresh, SocketPhase::connected}) {
    const auto set = set_socket_options(fd, family, spec, phase);
    if (!set) co_return set;
  }
  Result<void> applied = co_await apply_fd_options(context, spec, fd, named);
  co_return applied;
}

}  // namespace

const char* purpose(Direction direction) {
  if (direction == Direction::both) return " for reading and writing";
  return direction == Direction::read ? " for reading" : " for writing";
}

Task<Result<Channel>> finish_streams(OpenContext context, const AddressSpec& spec, Channel channel,
                                     Named named) {
  const auto reading = co_await apply_options(context, spec, channel.reading_fd(), named);
  if (!reading) co_return std::unexpected(reading.error());
  if (channel.write_fd) {
    const auto writing = co_await apply_options(context, spec, channel.write_fd.get(), named);
    if (!writing) co_return std::unexpected(writing.error());
  }
  channel.readable = (::fcntl(channel.reading_fd(), F_GETFL) & O_ACCMODE) != O_WRONLY;
  channel.reader = traits_of(channel.reading_fd());
  channel.writer = channel.write_fd ? traits_of(channel.write_fd.get()) : channel.reader;
  if (channel.end_of_output == EndOfOutput::shut_down && !is_socket(channel.writer))
    channel.end_of_output = EndOfOutput::none;
  if (channel.reader.kind == FdKind::regular_file && context.direction != Direction::write)
    channel.size_hint = bytes_ahead(channel.reading_fd());
  apply_channel_options(spec, channel);
  channel.size_hint = std::min(channel.size_hint, channel.read_limit);
  co_return channel;
}

}  // namespace ringcat
