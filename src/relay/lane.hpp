// Lanes: the ways one direction can move its data, and the pure function that chooses among them.
//
// Thread: any; pure functions. Refuses: moving data (each lane's own file does).
#pragma once

#include <cstdint>

#include "endpoint/channel.hpp"

namespace ringcat {

enum class Lane : std::uint8_t {
  copy,           // receive into a pooled buffer, send: for data that comes in small pieces
  large_copy,     // receive and send through one large buffer: bulk between sockets where splice is
                  // not wanted
  splice_direct,  // one end is a pipe: splice(2) straight between the two
  splice_pooled,  // splice(2) through a pooled pipe
  lines,          // every byte is looked at: `crnl`, `cr`, `escape`
};

// --lane: for diagnosis and measurement.
enum class LaneChoice : std::uint8_t { adaptive, copy, splice };

// The lane for bulk data between two descriptors. Lane::copy is the one that always works.
[[nodiscard]] Lane choose_lane(const FdTraits& source, const FdTraits& target, LaneChoice choice);

}  // namespace ringcat
