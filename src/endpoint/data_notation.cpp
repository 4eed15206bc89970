#include "endpoint/data_notation.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

namespace ringcat {
namespace {

constexpr std::string_view blanks = " \t";

// Takes characters off the front of the text and puts bytes behind the data.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::string read() {
    while (read_item()) {
    }
    return std::move(data_);
  }

 private:
  // One item; false at the end, or where the notation is not followed.
  bool read_item() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
    if (rest_.empty()) return false;
    if (const char type = rest_.front();
        number_bytes(type) != 0 || type == 'x' || type == '"' || type == '\'') {
      type_ = type;
      rest_.remove_prefix(1);
    }
    if (type_ == 'x') return read_hex();
    if (type_ == '"' || type_ == '\'') return read_text();
    return number_bytes(type_) != 0 && read_number();
  }

  static std::size_t number_bytes(char type) {
    constexpr std::string_view types = "iIlLsSbB";
    constexpr std::array<std::size_t, types.size()> bytes{4, 4, 8, 8, 2, 2, 1, 1};
    const std::size_t at = types.find(type);
    return at == std::string_view::npos ? 0 : bytes[at];
  }

  bool read_number() {
    const std::string word{rest_.substr(0, rest_.find_first_of(blanks))};
    char* end = nullptr;
    const long long value = std::strtoll(word.c_str(), &end, 0);
    if (end == word.c_str()) return false;
    rest_.remove_prefix(static_cast<std::size_t>(end - word.c_str()));
    data_.append(reinterpret_cast<const char*>(&value), number_bytes(type_));
    return true;
  }

  bool read_hex() {
    bool any = false;
    while (rest_.size() >= 2 && hex(rest_[0]) >= 0 && hex(rest_[1]) >= 0) {
      data_ += static_cast<char>(hex(rest_[0]) * 16 + hex(rest_[1]));
      rest_.remove_prefix(2);
      any = true;
    }
    return any;
  }

  static int hex(char digit) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto at =
        digits.find(static_cast<char>(digit >= 'A' && digit <= 'F' ? digit + 32 : digit));
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
  }

  bool read_text() {
    while (!rest_.empty() && rest_.front() != type_) {
      const bool escaped = rest_.front() == '\\' && rest_.size() > 1;
      data_ += escaped ? unescaped(rest_[1]) : rest_.front();
      rest_.remove_prefix(escaped ? 2 : 1);
    }
    const bool closed = !rest_.empty();
    if (closed) rest_.remove_prefix(1);
    return closed;
  }

  static char unescaped(char letter) {
    constexpr std::string_view letters = "nrtfbae0";
    constexpr std::string_view values{"\n\r\t\f\b\a\x1b\0", 8};
    const std::size_t at = letters.find(letter);
    return at == std::string_view::npos ? letter : values[at];
  }

  std::string_view rest_;
  std::string data_;
  char type_ = 'x';  // of the last item; further ones need not repeat it
};

}  // namespace

int parse_int(std::string_view text) {
  return static_cast<int>(std::strtol(std::string{text}.c_str(), nullptr, 0));
}

std::string parse_data(std::string_view text) {
  return Reader{text}.read();
}

}  // namespace ringcat
