#include "relay/line_ends.hpp"

namespace ringcat {
namespace {

constexpr std::byte carriage_return{'\r'};
constexpr std::byte new_line{'\n'};

void append_line_end(LineEnds ends, std::vector<std::byte>& out) {
  if (ends != LineEnds::as_they_are) out.push_back(carriage_return);
  if (ends != LineEnds::cr) out.push_back(new_line);
}

}  // namespace

void append_converted(LineEnds from, LineEnds to, std::span<const std::byte> bytes,
                      std::vector<std::byte>& out) {
  if (from == to) {
    out.insert(out.end(), bytes.begin(), bytes.end());
    return;
  }
  const std::byte line_end = from == LineEnds::cr ? carriage_return : new_line;
  for (const std::byte byte : bytes) {
    const bool dropped = from == LineEnds::crnl && byte == carriage_return;
    if (byte == line_end) {
      append_line_end(to, out);
    } else if (!dropped) {
      out.push_back(byte);
    }
  }
}

}  // namespace ringcat
