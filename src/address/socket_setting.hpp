// SocketSetting: the value of setsockopt, setsockopt-int, setsockopt-string and their like.
//
// `level:name:data`, level and name as the kernel numbers them; data in the notation of socat(1),
// section DATA VALUES: `x` hexadecimal bytes, `i I l L s S b B` numbers, `"…"` text, `'c'`.
//
// Thread: any; pure functions. Refuses: calling setsockopt(2).
#pragma once

#include <string>
#include <string_view>

#include "address/table.hpp"
#include "base/error.hpp"

namespace ringcat {

struct SocketSetting {
  int level = 0;
  int name = 0;
  std::string bytes;  // as passed to setsockopt(2)
};

// `type` is socket_data, socket_integer or socket_text.
[[nodiscard]] Result<SocketSetting> parse_socket_setting(ValueType type, std::string_view text);

}  // namespace ringcat
