// Names as people type them: compared without regard to case, and the nearest to a misspelt one.
//
// Thread: any; pure functions. Refuses: knowing what the names stand for.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace ringcat {

// ASCII only, whatever the locale.
[[nodiscard]] constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] constexpr char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

// Calls `visit` with each name of a list separated by spaces.
template <typename Visit>
void for_each_name(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(' '), list.size());
    visit(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

// Whether a list separated by spaces has `name` in it, in any case.
[[nodiscard]] bool lists_name(std::string_view list, std::string_view name);

// Edits that turn one into the other: insert, delete, replace, swap neighbours
// (Damerau-Levenshtein, optimal string alignment), in any case. Both at most 64 characters, else
// "very far".
[[nodiscard]] std::size_t edit_distance(std::string_view left, std::string_view right);

// Takes candidates one by one and keeps the nearest. Only what is near enough to be a likely slip
// counts: one edit for names up to 4 characters, two up to 8, three above.
class NearestName {
 public:
  explicit NearestName(std::string_view misspelt);

  void offer(std::string_view candidate);

  // Empty where nothing near enough was offered.
  [[nodiscard]] std::string_view found() const { return found_; }

 private:
  std::string_view misspelt_;
  std::string_view found_;
  std::size_t too_far_;
};

}  // namespace ringcat
