// Lanes: the ways one direction can move its data, and the pure function that chooses among them.
//
// Thread: any; pure functions. Refuses: moving data (each lane's own file does).
#pragma once

#include <cstdint>

#include "endpoint/channel.hpp"

namespace ringcat {

enum class Lane : std::uint8_t {
  copy,           // receive into a pooled buffer, send
  splice_direct,  // one end is a pipe: splice(2) straight between the two
  splice_pooled,  // splice(2) through a pooled pipe
};

// --lane: for diagnosis and measurement.
enum class LaneChoice : std::uint8_t { adaptive, copy, splice };

// The lane for bulk data between two descriptors. `copy` where splice cannot work or is forbidden.
[[nodiscard]] Lane choose_lane(const FdTraits& source, const FdTraits& target, LaneChoice choice);

}  // namespace ringcat
