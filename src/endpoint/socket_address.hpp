// SocketAddress: the address of one end of a socket, and its notation in socat's log.
//
// Thread: any; plain data, no heap. Refuses: looking names up.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace ringcat {

class SocketAddress {
 public:
  SocketAddress() noexcept = default;  // AF_UNSPEC
  SocketAddress(const sockaddr* address, socklen_t length) noexcept;

  // A numeric host: `127.0.0.1`, `::1`, `[::1]`, `[fe80::1%eth0]`; nothing where it is a name, or
  // is not of `family` (AF_UNSPEC: either).
  [[nodiscard]] static std::optional<SocketAddress> numeric(std::string_view host, int family,
                                                            std::uint16_t port) noexcept;

  // All addresses of this host.
  [[nodiscard]] static SocketAddress any(int family, std::uint16_t port) noexcept;

  // A Unix socket in the file system. An error where the path does not fit.
  [[nodiscard]] static Result<SocketAddress> unix_path(std::string_view path);

  // A Unix socket in the abstract name space. `tight` false pads the name with zero bytes to its
  // full length (`unix-tightsocklen=0`).
  [[nodiscard]] static Result<SocketAddress> abstract(std::string_view name, bool tight);

  // The two ends of a socket; AF_UNSPEC where the kernel gives none.
  [[nodiscard]] static SocketAddress local_of(int socket) noexcept;
  [[nodiscard]] static SocketAddress peer_of(int socket) noexcept;

  [[nodiscard]] int family() const noexcept { return storage_.generic.sa_family; }
  [[nodiscard]] const sockaddr* data() const noexcept { return &storage_.generic; }
  [[nodiscard]] socklen_t length() const noexcept { return length_; }
  [[nodiscard]] const in_addr& ipv4() const noexcept { return storage_.ipv4.sin_addr; }
  [[nodiscard]] const in6_addr& ipv6() const noexcept { return storage_.ipv6.sin6_addr; }

  [[nodiscard]] std::uint16_t port() const noexcept;  // 0 where the family has none
  void set_port(std::uint16_t port) noexcept;

  // As people write it: `127.0.0.1:80`, `[::1]:80`, `/run/x.sock`, `@name`.
  [[nodiscard]] std::string text() const;

  // As socat logs it: `AF=2 127.0.0.1:80`, `AF=10 [0000:…:0001]:80`, `AF=1 "/run/x.sock"`.
  [[nodiscard]] std::string log_text() const;

 private:
  // The largest member first: it is the one that `{}` fills with zero bytes.
  union Storage {
    sockaddr_un local;
    sockaddr generic;
    sockaddr_in ipv4;
    sockaddr_in6 ipv6;
  };

  [[nodiscard]] std::string_view unix_name() const noexcept;

  Storage storage_{};
  socklen_t length_ = 0;
};

}  // namespace ringcat
