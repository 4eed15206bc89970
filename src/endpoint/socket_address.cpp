#include "endpoint/socket_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace ringcat {
namespace {

constexpr socklen_t unix_header = offsetof(sockaddr_un, sun_path);

// inet_pton wants a final zero byte: a copy on the stack, since names longer than this are none.
using NumericText = std::array<char, 64>;

bool copy_text(std::string_view text, NumericText& into) noexcept {
  if (text.empty() || text.size() >= into.size()) return false;
  *std::ranges::copy(text, into.begin()).out = '\0';
  return true;
}

std::string_view without_brackets(std::string_view host) noexcept {
  if (host.size() < 2 || host.front() != '[' || host.back() != ']') return host;
  return host.substr(1, host.size() - 2);
}

// The zone of a link-local address: an interface's name or its index. 0 where there is none such.
std::uint32_t scope_of(const char* zone) noexcept {
  const unsigned index = ::if_nametoindex(zone);
  return index != 0 ? index : static_cast<std::uint32_t>(std::strtoul(zone, nullptr, 10));
}

bool parse_ipv6(NumericText& text, sockaddr_in6& into) noexcept {
  char* const zone = std::strchr(text.data(), '%');
  if (zone != nullptr) *zone = '\0';
  if (::inet_pton(AF_INET6, text.data(), &into.sin6_addr) != 1) return false;
  if (zone == nullptr) return true;
  into.sin6_scope_id = scope_of(zone + 1);
  return into.sin6_scope_id != 0;
}

// Printable characters as they are, the rest as socat escapes them.
std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char byte : name) {
    if (byte == '\0') {
      text += "\\0";
    } else if (byte >= ' ' && byte != '"' && byte != '\\' && byte != '\x7f') {
      text += byte;
    } else {
      text += fmt::format("\\x{:02X}", static_cast<unsigned char>(byte));
    }
  }
  return text += '"';
}

// All eight groups with all their digits, as socat prints an IPv6 address.
std::string full_ipv6(const in6_addr& address) {
  std::string text;
  for (std::size_t i = 0; i < sizeof(address.s6_addr); i += 2) {
    text += fmt::format("{}{:02x}{:02x}", i == 0 ? "" : ":", address.s6_addr[i],
                        address.s6_addr[i + 1]);
  }
  return text;
}

template <auto Call>
SocketAddress end_of(int socket) noexcept {
  sockaddr_storage storage{};
  socklen_t length = sizeof(storage);
  auto* const address = reinterpret_cast<sockaddr*>(&storage);
  return Call(socket, address, &length) == 0 ? SocketAddress{address, length} : SocketAddress{};
}

}  // namespace

SocketAddress::SocketAddress(const sockaddr* address, socklen_t length) noexcept
    : length_(std::min<socklen_t>(length, sizeof(Storage))) {
  std::memcpy(&storage_, address, length_);
}

std::optional<SocketAddress> SocketAddress::numeric(std::string_view host, int family,
                                                    std::uint16_t port) noexcept {
  NumericText text;
  if (!copy_text(without_brackets(host), text)) return std::nullopt;
  SocketAddress address = any(AF_INET, port);
  if (family != AF_INET6 && ::inet_pton(AF_INET, text.data(), &address.storage_.ipv4.sin_addr) == 1)
    return address;
  address = any(AF_INET6, port);
  if (family != AF_INET && parse_ipv6(text, address.storage_.ipv6)) return address;
  return std::nullopt;
}

SocketAddress SocketAddress::any(int family, std::uint16_t port) noexcept {
  SocketAddress address;
  address.storage_.generic.sa_family = static_cast<sa_family_t>(family);
  address.length_ = family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  address.set_port(port);
  return address;
}

Result<SocketAddress> SocketAddress::unix_path(std::string_view path) {
  SocketAddress address;
  sockaddr_un& local = address.storage_.local;
  if (path.empty()) return fail("the path of the socket is empty");
  if (path.size() >= sizeof(local.sun_path)) {
    return fail(fmt::format("{}: a socket's path has at most {} bytes, this one {}", path,
                            sizeof(local.sun_path) - 1, path.size()));
  }
  local.sun_family = AF_UNIX;
  std::ranges::copy(path, local.sun_path);
  address.length_ = unix_header + static_cast<socklen_t>(path.size()) + 1;
  return address;
}

Result<SocketAddress> SocketAddress::abstract(std::string_view name, bool tight) {
  SocketAddress address;
  sockaddr_un& local = address.storage_.local;
  if (name.size() >= sizeof(local.sun_path)) {
    return fail(fmt::format("an abstract socket's name has at most {} bytes, this one {}",
                            sizeof(local.sun_path) - 1, name.size()));
  }
  local.sun_family = AF_UNIX;
  std::ranges::copy(name, local.sun_path + 1);
  address.length_ =
      tight ? unix_header + 1 + static_cast<socklen_t>(name.size()) : socklen_t{sizeof(local)};
  return address;
}

SocketAddress SocketAddress::local_of(int socket) noexcept {
  return end_of<::getsockname>(socket);
}

SocketAddress SocketAddress::peer_of(int socket) noexcept {
  return end_of<::getpeername>(socket);
}

std::uint16_t SocketAddress::port() const noexcept {
  if (family() == AF_INET) return ntohs(storage_.ipv4.sin_port);
  return family() == AF_INET6 ? ntohs(storage_.ipv6.sin6_port) : 0;
}

void SocketAddress::set_port(std::uint16_t port) noexcept {
  if (family() == AF_INET) storage_.ipv4.sin_port = htons(port);
  if (family() == AF_INET6) storage_.ipv6.sin6_port = htons(port);
}

std::string_view SocketAddress::unix_name() const noexcept {
  if (length_ <= unix_header) return {};
  std::string_view name{storage_.local.sun_path, length_ - unix_header};
  if (name.front() != '\0') name = name.substr(0, name.find('\0'));
  return name;
}

std::string SocketAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> numbers{};
  switch (family()) {
    case AF_INET:
      ::inet_ntop(AF_INET, &ipv4(), numbers.data(), numbers.size());
      return fmt::format("{}:{}", numbers.data(), port());
    case AF_INET6:
      ::inet_ntop(AF_INET6, &ipv6(), numbers.data(), numbers.size());
      return fmt::format("[{}]:{}", numbers.data(), port());
    default: {
      const std::string_view name = unix_name();
      if (name.starts_with('\0')) return fmt::format("@{}", name.substr(1));
      return std::string{name.empty() ? "<anon>" : name};
    }
  }
}

std::string SocketAddress::log_text() const {
  if (family() == AF_INET) return fmt::format("AF=2 {}", text());
  if (family() == AF_INET6) return fmt::format("AF=10 [{}]:{}", full_ipv6(ipv6()), port());
  const std::string_view name = unix_name();
  return fmt::format("AF={} {}", family(), quoted(name.empty() ? "<anon>" : name));
}

}  // namespace ringcat
