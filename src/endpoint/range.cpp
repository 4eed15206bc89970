#include "endpoint/range.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <optional>

namespace ringcat {
namespace {

std::unexpected<Error> bad_range(std::string_view text, std::string_view why) {
  return fail(fmt::format("range \"{}\": {} (write 10.0.0.0/8, 10.0.0.0:255.0.0.0 or [::1]/128)",
                          text, why));
}

std::size_t address_bytes(int family) {
  return family == AF_INET6 ? 16 : 4;
}

template <typename Bytes>
void copy_address(const SocketAddress& from, Bytes& into) {
  if (from.family() == AF_INET6) {
    std::memcpy(into.data(), &from.ipv6(), 16);
  } else {
    std::memcpy(into.data(), &from.ipv4(), 4);
  }
}

std::optional<unsigned> parse_bits(std::string_view text, std::size_t most) {
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc{} || end != text.data() + text.size() || bits > most) return std::nullopt;
  return bits;
}

// Where the network ends and `/bits` or `:mask` begins. The colons of a bracketed IPv6 address are
// its own.
std::size_t network_length(std::string_view text) {
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  return bracket == std::string_view::npos ? bracket : text.find_first_of("/:", bracket);
}

template <typename Bytes>
void set_leading_bits(Bytes& mask, unsigned bits) {
  for (unsigned bit = 0; bit < bits; ++bit)
    mask[bit / 8] = static_cast<std::uint8_t>(mask[bit / 8] | (0x80U >> (bit % 8)));
}

}  // namespace

Result<Range> Range::parse(std::string_view text) {
  const std::size_t cut = network_length(text);
  if (cut == std::string_view::npos) return bad_range(text, "neither bits nor a mask is given");
  const auto network = SocketAddress::numeric(text.substr(0, cut), AF_UNSPEC, 0);
  if (!network) return bad_range(text, "the network is no numeric address");

  Range range;
  range.family_ = network->family();
  copy_address(*network, range.network_);
  const std::string_view rest = text.substr(cut + 1);
  if (text[cut] == '/') {
    const auto bits = parse_bits(rest, address_bytes(range.family_) * 8);
    if (!bits) return bad_range(text, "the number of bits does not fit the address");
    set_leading_bits(range.mask_, *bits);
    return range;
  }
  const auto mask = SocketAddress::numeric(rest, range.family_, 0);
  if (!mask) return bad_range(text, "the mask is no address of the network's family");
  copy_address(*mask, range.mask_);
  return range;
}

bool Range::contains(const SocketAddress& peer) const noexcept {
  if (peer.family() != AF_INET && peer.family() != AF_INET6) return false;
  Bytes address{};
  copy_address(peer, address);
  int family = peer.family();
  if (family == AF_INET6 && family_ == AF_INET && IN6_IS_ADDR_V4MAPPED(&peer.ipv6())) {
    std::memmove(address.data(), address.data() + 12, 4);
    family = AF_INET;
  }
  if (family != family_) return false;
  for (std::size_t i = 0; i < address_bytes(family_); ++i)
    if (((address[i] ^ network_[i]) & mask_[i]) != 0) return false;
  return true;
}

}  // namespace ringcat
