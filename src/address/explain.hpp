// explain: how an address is understood, for people.
//
//   TCP4-LISTEN: accepts TCP connections over IPv4
//     port              8080
//     bind = 127.0.0.1  local address: host, host:port, or a file name
//
// Thread: any; pure functions. Refuses: judging whether an address makes sense.
#pragma once

#include <string>

#include "address/spec.hpp"

namespace ringcat {

// Several lines, each ended by a newline.
[[nodiscard]] std::string explain(const AddressSpec& spec);

}  // namespace ringcat
