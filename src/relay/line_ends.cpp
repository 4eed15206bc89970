#include "relay/line_ends.hpp"

#include <algorithm>

namespace ringcat {
namespace {

constexpr std::byte carriage_return{'\r'};
constexpr std::byte new_line{'\n'};

}  // namespace

std::size_t convert_read(LineEnds ends, std::span<std::byte> bytes) {
  switch (ends) {
    case LineEnds::as_they_are:
      break;
    case LineEnds::cr:
      std::ranges::replace(bytes, carriage_return, new_line);
      break;
    case LineEnds::crnl:
      return bytes.size() - std::ranges::remove(bytes, carriage_return).size();
  }
  return bytes.size();
}

void append_written(LineEnds ends, std::span<const std::byte> bytes, std::vector<std::byte>& out) {
  for (const std::byte byte : bytes) {
    const bool converts = byte == new_line && ends != LineEnds::as_they_are;
    if (converts) out.push_back(carriage_return);
    if (!converts || ends == LineEnds::crnl) out.push_back(byte);
  }
}

}  // namespace ringcat
