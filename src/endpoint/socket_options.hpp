// Socket options: the table from an address's options to setsockopt(2), and when each is set.
//
// Thread: the reactor's that opens. Refuses: options that need more than one call (bind, range, …);
// their kinds handle them.
#pragma once

#include <cstdint>
#include <span>

#include "address/spec.hpp"
#include "base/error.hpp"

namespace ringcat {

enum class SocketPhase : std::uint8_t {
  fresh,      // right after socket(2), before bind, connect or listen
  connected,  // once connected, or on each accepted socket
};

enum class SocketValue : std::uint8_t {
  number,  // an int, from a switch or a number
  linger,  // struct linger: on, for so many seconds
  text,    // the bytes of a string
};

// What becomes of a listener's option on the sockets that it accepts.
enum class Inherited : std::uint8_t {
  by_tcp,       // TCP copies it; a Unix socket does not
  never,        // must be set on each
  meaningless,  // it is about binding or listening
};

struct SocketOption {
  OptionId id;
  int level;
  int name;
  SocketValue value = SocketValue::number;
  SocketPhase phase = SocketPhase::fresh;
  int level6 = 0;  // for an IPv6 socket, where it differs
  int name6 = 0;
  Inherited inherited = Inherited::by_tcp;
};

// All rows, for those who check that no option is forgotten.
[[nodiscard]] std::span<const SocketOption> socket_options();

// Sets the address's options of `phase` on a socket of `family`, setsockopt-* among them.
[[nodiscard]] Result<void> set_socket_options(int fd, int family, const AddressSpec& spec,
                                              SocketPhase phase);

// Sets on an accepted socket what it did not inherit from its listener.
[[nodiscard]] Result<void> tune_accepted(int fd, int family, const AddressSpec& spec);

// Whether tune_accepted() has anything to do, found out once for each listener.
[[nodiscard]] bool tunes_accepted(int family, const AddressSpec& spec);

// Whether `id` is one of setsockopt, setsockopt-int, …
[[nodiscard]] bool is_numbered_option(OptionId id);

}  // namespace ringcat
