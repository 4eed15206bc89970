// The far ends of the channels that a test relays between, used with blocking calls.
//
// Thread: a peer is used by one thread for each direction. Refuses: judging what it received.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/unique_fd.hpp"
#include "endpoint/channel.hpp"

namespace ringcat {

using Bytes = std::vector<std::byte>;

[[nodiscard]] Bytes random_bytes(std::size_t count, std::uint64_t seed);
[[nodiscard]] Bytes bytes_of(std::string_view text);
[[nodiscard]] std::string text_of(std::span<const std::byte> bytes);

class Peer {
 public:
  Peer() = default;
  Peer(UniqueFd in, UniqueFd out) : in_(std::move(in)), out_(std::move(out)) {}

  // Sends everything; what can no longer be delivered is dropped.
  void send(std::span<const std::byte> bytes) const;
  void send(std::string_view text) const;

  // End of file for the channel; receiving goes on.
  void end_output();

  // Exactly `count` bytes, or what came before end of file or an error.
  [[nodiscard]] Bytes receive(std::size_t count) const;
  [[nodiscard]] Bytes receive_all() const;

  // Closes with a reset instead of an end of file (TCP).
  void reset();

 private:
  UniqueFd in_;
  UniqueFd out_;
};

enum class Wire : std::uint8_t { tcp, unix_stream, pipes };

struct WireEnd {
  Channel channel;  // ours: non-blocking
  Peer peer;
};

[[nodiscard]] WireEnd make_wire(Wire wire);

// Two connected TCP sockets, the first non-blocking.
[[nodiscard]] std::pair<UniqueFd, UniqueFd> tcp_pair();
// The same of AF_UNIX.
[[nodiscard]] std::pair<UniqueFd, UniqueFd> unix_pair();
// Read end, write end; both blocking.
[[nodiscard]] std::pair<UniqueFd, UniqueFd> pipe_pair();

void make_nonblocking(int fd);

// A channel over what is open already, traits as the kernel tells them.
[[nodiscard]] Channel channel_over(UniqueFd fd);
[[nodiscard]] Channel channel_over(UniqueFd reading, UniqueFd writing);

}  // namespace ringcat
