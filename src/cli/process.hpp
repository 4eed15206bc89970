// What the process sets for itself before anything else: its name, limits and signals.
//
// Thread: main, before any other starts. Refuses: handling the signals that end a route (the engine
// does).
#pragma once

#include <string>

namespace ringcat {

// The last part of the path we were called by: `ringcat`, or `socat` through a link.
[[nodiscard]] std::string program_name(const char* called_by);

// Occupies each of the descriptors 0 to 2 that the caller has closed: a socket or the ring itself
// would come to stand there, and be taken for a standard stream. What occupies them can be neither
// read nor written (EBADF).
void reserve_standard_descriptors();

// Raises the soft limit of open files to the hard one: a served route holds two or more for each
// session, and the usual 1024 is soon used up.
void raise_file_limit();

// A peer that closes early is an EPIPE to its session, not a signal to the process: splice(2) has
// no MSG_NOSIGNAL.
void ignore_sigpipe();

}  // namespace ringcat
