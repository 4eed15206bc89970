// Opening addresses: AddressSpec → Channel, or → Listener for what serves many.
//
// Runs on the reactor's thread and never blocks it: names are looked up on the Resolver's threads.
// Refuses: moving data, deciding what is connected to what.
#pragma once

#include <cerrno>
#include <cstdint>

#include "address/spec.hpp"
#include "base/error.hpp"
#include "endpoint/channel.hpp"
#include "endpoint/listener.hpp"
#include "ring/reactor.hpp"
#include "ring/task.hpp"

namespace ringcat {

class Resolver;

// What a channel will be used for: `-u` opens the left address for reading and the right one for
// writing.
enum class Direction : std::uint8_t { both, read, write };

// -4, -6, -0: which family is preferred where an address leaves it open.
enum class Family : std::uint8_t { any, ipv4, ipv6 };

struct OpenContext {
  Reactor& reactor;
  Resolver& resolver;
  Direction direction = Direction::both;
  Family family = Family::any;
  bool served = false;  // one of many sessions: standard streams are borrowed, not closed
};

// The code of the error of a listening address that nobody has connected to within
// `accept-timeout`: for socat no failure, but an end with exit status 0.
inline constexpr int accept_timed_out = ETIME;

// Opens `spec`. A listening kind accepts one connection that its rules admit and closes its
// listener. The error reads as a sentence: `TCP4:127.0.0.1:1: connect: Connection refused`.
[[nodiscard]] Task<Result<Channel>> open_channel(OpenContext context, const AddressSpec& spec);

// Whether `spec` is of a kind that listens.
[[nodiscard]] bool listens(const AddressSpec& spec);

// Binds and listens; does not accept.
[[nodiscard]] Task<Result<Listener>> open_listener(OpenContext context, const AddressSpec& spec);

}  // namespace ringcat
