// Writing a finished text to standard output or standard error.
//
// Thread: main. Refuses: the log's work.
#pragma once

#include <string_view>

namespace ringcat {

// Writes all of `text`. The exit status of a command that had nothing else to do: 0, or 1 where not
// all could be written.
int print(int fd, std::string_view text);

}  // namespace ringcat
