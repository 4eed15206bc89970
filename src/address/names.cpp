#include "address/names.hpp"

#include <array>
#include <limits>
#include <numeric>
#include <utility>

namespace ringcat {
namespace {

constexpr std::size_t longest_compared = 64;
using Row = std::array<std::size_t, longest_compared + 1>;

std::size_t slips_allowed(std::size_t length) {
  if (length <= 4) return 1;
  return length <= 8 ? 2 : 3;
}

// Whether the characters that end at `i` of left and `j` of right are the same two, swapped.
bool swapped(std::string_view left, std::size_t i, std::string_view right, std::size_t j) {
  return i > 1 && j > 1 && lower(left[i - 1]) == lower(right[j - 2]) &&
         lower(left[i - 2]) == lower(right[j - 1]);
}

}  // namespace

bool lists_name(std::string_view list, std::string_view name) {
  bool listed = false;
  for_each_name(
      list, [&](std::string_view entry) { listed = listed || equal_ignoring_case(entry, name); });
  return listed;
}

std::size_t edit_distance(std::string_view left, std::string_view right) {
  if (left.size() > longest_compared || right.size() > longest_compared)
    return std::numeric_limits<std::size_t>::max();
  Row before_last{};
  Row last{};
  Row row{};
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = lower(left[i - 1]) == lower(right[j - 1]) ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + replaced});
      if (swapped(left, i, right, j)) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::exchange(last, row);
  }
  return last[right.size()];
}

NearestName::NearestName(std::string_view misspelt)
    : misspelt_(misspelt), too_far_(slips_allowed(misspelt.size()) + 1) {}

void NearestName::offer(std::string_view candidate) {
  const std::size_t shorter = std::min(misspelt_.size(), candidate.size());
  if (std::max(misspelt_.size(), candidate.size()) - shorter >= too_far_) return;
  const std::size_t distance = edit_distance(misspelt_, candidate);
  // What shares no character with a short word is no likely slip.
  const bool nothing_in_common = distance >= misspelt_.size() || candidate.size() == 1;
  if (distance >= too_far_ || nothing_in_common) return;
  too_far_ = distance;
  found_ = candidate;
}

}  // namespace ringcat
