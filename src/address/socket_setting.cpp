#include "address/socket_setting.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>

#include "address/lexer.hpp"
#include "address/number.hpp"

namespace ringcat {
namespace {

std::optional<int> to_int(std::string_view text) {
  const std::expected<std::int64_t, NumberFault> number = parse_number(text);
  if (!number || *number < std::numeric_limits<int>::min() ||
      *number > std::numeric_limits<int>::max())
    return std::nullopt;
  return static_cast<int>(*number);
}

void append_bytes(std::string& bytes, std::int64_t number, std::size_t size) {
  // Little or big endian: the low bytes are where a number of that size has them.
  const std::size_t skip =
      std::endian::native == std::endian::big ? sizeof number - size : std::size_t{0};
  std::array<char, sizeof number> all{};
  std::memcpy(all.data(), &number, sizeof number);
  bytes.append(all.data() + skip, size);
}

// Bytes of the numbers that a letter of the data notation stands for; 0 for other letters.
std::size_t number_size(char letter) {
  switch (letter) {
    case 'b':
    case 'B':
      return 1;
    case 's':
    case 'S':
      return sizeof(short);
    case 'i':
    case 'I':
      return sizeof(int);
    case 'l':
    case 'L':
      return sizeof(long);
    default:
      return 0;
  }
}

constexpr std::string_view decimal_digits = "0123456789";
constexpr std::string_view hexadecimal_digits = "0123456789abcdefABCDEF";

// Reads the data notation item by item.
class DataReader {
 public:
  explicit DataReader(std::string_view text) : text_(text) {}

  // Nothing where the text is not in the notation.
  std::optional<std::string> read() {
    bool good = true;
    skip_spaces();
    while (good && !text_.empty()) {
      good = read_item();
      skip_spaces();
    }
    return good ? std::optional{std::move(bytes_)} : std::nullopt;
  }

 private:
  void skip_spaces() {
    while (text_.starts_with(' ') || text_.starts_with('\t')) text_.remove_prefix(1);
  }

  bool read_item() {
    const char letter = text_.front();
    if (letter == '"' || letter == '\'') return read_quoted();
    if (letter == 'x' || number_size(letter) != 0) type_ = take(1).front();
    return type_ == 'x' ? read_hexadecimal() : read_number();
  }

  // The digits of one number; the next item may follow without a space.
  std::string_view take_number() {
    std::size_t end = text_.starts_with('-') || text_.starts_with('+') ? 1 : 0;
    const bool hexadecimal = text_.substr(end).starts_with("0x");
    if (hexadecimal) end += 2;
    return take(text_.find_first_not_of(hexadecimal ? hexadecimal_digits : decimal_digits, end));
  }

  std::string_view take(std::size_t length) {
    const std::string_view taken = text_.substr(0, length);
    text_.remove_prefix(taken.size());
    return taken;
  }

  bool read_number() {
    const std::expected<std::int64_t, NumberFault> number = parse_number(take_number());
    if (number) append_bytes(bytes_, *number, number_size(type_));
    return number.has_value();
  }

  bool read_hexadecimal() {
    const std::string_view digits = take(text_.find_first_not_of(hexadecimal_digits));
    if (digits.empty() || digits.size() % 2 != 0) return false;
    for (std::size_t at = 0; at < digits.size(); at += 2)
      append_bytes(bytes_, parse_number(digits.substr(at, 2), 16).value_or(0), 1);
    return true;
  }

  bool read_quoted() {
    const std::size_t end = text_.find(text_.front(), 1);
    if (end == std::string_view::npos) return false;
    Lexer quoted{text_.substr(0, end + 1)};
    const std::expected<std::string, LexError> meant = quoted.word("");
    if (meant) bytes_ += *meant;
    text_.remove_prefix(end + 1);
    return meant.has_value();
  }

  std::string_view text_;
  std::string bytes_;
  char type_ = 'i';
};

std::optional<std::string> value_bytes(ValueType type, std::string_view text) {
  if (type == ValueType::socket_data) return DataReader{text}.read();
  if (type == ValueType::socket_text) return std::string{text} + '\0';
  const std::optional<int> number = to_int(text);
  if (!number) return std::nullopt;
  std::string bytes;
  append_bytes(bytes, *number, sizeof(int));
  return bytes;
}

}  // namespace

Result<SocketSetting> parse_socket_setting(ValueType type, std::string_view text) {
  const std::size_t first = text.find(':');
  const std::size_t second = first == text.npos ? first : text.find(':', first + 1);
  if (second == text.npos) return fail("3 arguments required, level:name:value");
  const std::optional<int> level = to_int(text.substr(0, first));
  const std::optional<int> name = to_int(text.substr(first + 1, second - first - 1));
  if (!level || !name) return fail("level and name must be numbers");
  std::optional<std::string> bytes = value_bytes(type, text.substr(second + 1));
  if (!bytes) return fail("the third argument is no such value");
  return SocketSetting{*level, *name, *std::move(bytes)};
}

}  // namespace ringcat
