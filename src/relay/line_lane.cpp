// The line lane: for channels with `cr`, `crnl` or `escape`, where every byte is looked at on its
// way.

#include <algorithm>
#include <vector>

#include "relay/lane_result.hpp"
#include "relay/line_ends.hpp"
#include "relay/session.hpp"

namespace ringcat {
namespace {

// The bytes before the escape character; `found` says whether it was there.
std::span<const std::byte> before_escape(const Channel& source, std::span<const std::byte> bytes,
                                         bool& found) {
  const auto escape = static_cast<std::byte>(source.escape);
  const auto at = source.escape < 0 ? bytes.end() : std::ranges::find(bytes, escape);
  found = at != bytes.end();
  return bytes.first(static_cast<std::size_t>(at - bytes.begin()));
}

}  // namespace

Task<LaneResult> run_line_lane(Pump& pump) {
  std::vector<std::byte> converted;
  bool escaped = false;
  while (!escaped && pump.source().read_limit > 0) {
    {
      pump.receive_ahead();
      co_await pump.arrival();
      const Received got = pump.take_arrived();
      if (got.result() <= 0) co_return read_ended(pump, got.result());
      if (pump.session().is_ending()) co_return LaneResult{LaneEnd::stopped};
      const auto kept = before_escape(pump.source(), got.bytes(), escaped);
      converted.clear();
      append_converted(pump.source().line_ends, pump.target().line_ends, kept, converted);
    }
    const int sent = co_await send_all(pump, converted);
    if (sent < 0) co_return write_failed(pump, sent);
  }
  co_return LaneResult{LaneEnd::end_of_file};
}

}  // namespace ringcat
