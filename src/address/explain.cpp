#include "address/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "address/names.hpp"
#include "address/parameters.hpp"
#include "address/program_text.hpp"
#include "base/quantity.hpp"

namespace ringcat {
namespace {

constexpr std::string_view not_yet = " [not in this version]";

struct Line {
  std::string left;
  std::string right;
};

std::string upper_case(std::string_view name) {
  std::string shown{name};
  std::ranges::transform(shown, shown.begin(), upper);
  return shown;
}

// With what cannot be printed as escapes; line breaks stay.
std::string printable(std::string_view text) {
  if (text.empty()) return "(empty)";
  std::string shown;
  for (const char c : text) {
    const bool control = (c >= 0 && c < ' ' && c != '\n') || c == 0x7f;
    shown += control ? fmt::format("\\x{:02x}", c) : std::string(1, c);
  }
  return shown;
}

// Two columns; further lines of the right one begin where the first does.
std::string in_columns(const Line& line, std::size_t width) {
  std::string text = fmt::format("  {:{}}  ", line.left, width);
  for (const char c : line.right) {
    text += c;
    if (c == '\n') text.append(width + 4, ' ');
  }
  return text + '\n';
}

std::string number_text(const OptionInfo& option, std::int64_t number) {
  if (option.type == ValueType::mode) return fmt::format("0{:o}", number);
  return option.unit.empty() ? fmt::format("{}", number)
                             : fmt::format("{} {}", number, option.unit);
}

// Turns a value into what a reader is shown.
struct ValueText {
  const OptionInfo& option;

  std::string operator()(bool on) const { return on ? "on" : "off"; }
  std::string operator()(std::int64_t number) const { return number_text(option, number); }
  std::string operator()(Duration duration) const { return format_duration(duration); }
  std::string operator()(const std::string& text) const { return printable(text); }
};

Line option_line(const OptionSetting& setting) {
  const OptionInfo& option = info(setting.id);
  const std::string value = std::visit(ValueText{option}, setting.value);
  return {fmt::format("{} = {}", option.name, value),
          fmt::format("{}{}", option.help, option.status == Status::later ? not_yet : "")};
}

std::vector<Line> lines_of(const AddressSpec& spec) {
  const std::vector<std::string_view> names =
      parameter_names(info(spec.kind), spec.parameters.size());
  std::vector<Line> lines;
  lines.reserve(spec.parameters.size() + spec.options.size() + 1);
  for (std::size_t index = 0; index < spec.parameters.size(); ++index)
    lines.push_back({std::string{names.at(index)}, printable(spec.parameters[index])});
  if (takes_command(spec.kind))
    lines.push_back({"taken", spec.raw_command
                                  ? "raw, as written: socat's reading would change the command"
                                  : "as socat reads it: one level of quotes and escapes removed"});
  std::ranges::transform(spec.options, std::back_inserter(lines), option_line);
  return lines;
}

std::string explain_single(const AddressSpec& spec) {
  const KindInfo& kind = info(spec.kind);
  std::string text = fmt::format("{}: {}{}\n", upper_case(kind.name), kind.help,
                                 kind.status == Status::later ? not_yet : "");
  const std::vector<Line> lines = lines_of(spec);
  std::size_t width = 0;
  for (const Line& line : lines) width = std::max(width, line.left.size());
  width = std::min<std::size_t>(width, 40);
  for (const Line& line : lines) text += in_columns(line, width);
  return text;
}

}  // namespace

std::string explain(const AddressSpec& spec) {
  if (!spec.writer) return explain_single(spec);
  return "reads from " + explain_single(spec) + "writes to " + explain_single(*spec.writer);
}

}  // namespace ringcat
