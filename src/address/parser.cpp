#include "address/parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "address/lexer.hpp"
#include "address/names.hpp"
#include "address/parameters.hpp"
#include "address/program_text.hpp"
#include "address/value.hpp"

namespace ringcat {
namespace {

template <typename T>
using Parsed = std::expected<T, ParseError>;

bool all_digits(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

std::string did_you_mean(std::string_view name) {
  return name.empty() ? std::string{} : fmt::format("did you mean \"{}\"?", name);
}

// What helps with an unknown option: spaces are part of the name, as socat has it.
std::string hint_for_option(std::string_view name) {
  const std::size_t first = name.find_first_not_of(" \t\n");
  if (first == name.npos) return {};
  const std::string_view bare = name.substr(first, name.find_last_not_of(" \t\n") - first + 1);
  if (bare != name && find_option(bare) != nullptr) return "no space may stand around an option";
  return did_you_mean(nearest_option(name));
}

// Too many parameters mostly come from a colon that was meant as it is.
std::string hint_for_parameters(std::size_t given, const ParameterCount& wanted) {
  if (given <= wanted.most) return {};
  return "a colon within a parameter is written \\:, an IPv6 address in brackets";
}

class Parser {
 public:
  Parser(std::string_view text, const ParseSettings& settings)
      : text_(text), settings_(settings), lexer_(text) {}

  Parsed<AddressSpec> read_address() {
    Parsed<AddressSpec> reader = read_single();
    if (!reader || !lexer_.at(dual_mark)) return reader;
    lexer_.skip(dual_mark.size());
    Parsed<AddressSpec> writer = read_single();
    if (!writer) return writer;
    if (lexer_.at(dual_mark))
      return std::unexpected(error(ParseFailure::syntax, "a third address behind \"!!\"",
                                   lexer_.offset(), dual_mark.size()));
    reader->writer = std::make_unique<AddressSpec>(*std::move(writer));
    return reader;
  }

 private:
  static constexpr std::string_view dual_mark = "!!";

  Parsed<AddressSpec> read_single() {
    AddressSpec spec;
    start_ = lexer_.offset();
    Parsed<void> read = read_kind(spec);
    if (read) read = read_parameters(spec);
    if (read) read = check_parameters(spec);
    if (read) read = check_kind_status(spec);
    while (read && lexer_.at(",")) {
      lexer_.skip(1);
      read = read_option(spec);
    }
    if (!read) return std::unexpected(std::move(read.error()));
    spec.text = text_.substr(start_, lexer_.offset() - start_);
    return spec;
  }

  // The keyword, or what stands without one: a path or a number.
  Parsed<void> read_kind(AddressSpec& spec) {
    Parsed<std::string> word = read_word(":,");
    if (!word) return std::unexpected(std::move(word.error()));
    keyword_ = text_.substr(start_, lexer_.offset() - start_);
    if (word->contains('/') || all_digits(*word)) {
      spec.kind = word->contains('/') ? KindId::gopen : KindId::fd;
      spec.parameters.push_back(*std::move(word));
      return {};
    }
    const KindInfo* const kind = find_kind(*word);
    if (kind == nullptr)
      return std::unexpected(error(ParseFailure::unknown_kind,
                                   fmt::format("unknown device/address \"{}\"", *word), start_,
                                   keyword_.size(), did_you_mean(nearest_kind(*word))));
    spec.kind = kind->id;
    return {};
  }

  Parsed<void> read_parameters(AddressSpec& spec) {
    if (takes_command(spec.kind) && lexer_.at(":")) {
      std::optional<RawCommand> raw = read_raw_command(spec.kind, lexer_.rest().substr(1));
      if (raw) {
        lexer_.skip(1 + raw->length);
        spec.parameters.push_back(std::move(raw->command));
        spec.raw_command = true;
        return {};
      }
    }
    while (lexer_.at(":")) {
      lexer_.skip(1);
      Parsed<std::string> word = read_word(":,");
      if (!word) return std::unexpected(std::move(word.error()));
      spec.parameters.push_back(*std::move(word));
    }
    return {};
  }

  [[nodiscard]] Parsed<void> check_parameters(const AddressSpec& spec) const {
    const ParameterCount wanted = count_parameters(info(spec.kind));
    const std::size_t given = spec.parameters.size();
    if (wanted.admits(given)) return {};
    const bool bare = keyword_.contains('/') || all_digits(keyword_);
    return std::unexpected(
        error(ParseFailure::parameter_count,
              fmt::format("{}: wrong number of parameters ({} instead of {})",
                          bare ? info(spec.kind).name : keyword_, given, wanted.text()),
              start_, lexer_.offset() - start_, hint_for_parameters(given, wanted)));
  }

  [[nodiscard]] Parsed<void> check_kind_status(const AddressSpec& spec) const {
    const KindInfo& kind = info(spec.kind);
    if (kind.status == Status::now || settings_.take_later) return {};
    return std::unexpected(
        error(ParseFailure::not_in_this_version,
              fmt::format("address type {} is not in this version of ringcat", keyword_), start_,
              keyword_.size()));
  }

  Parsed<void> read_option(AddressSpec& spec) {
    const std::size_t offset = lexer_.offset();
    Parsed<std::string> name = read_word("=,");
    if (!name) return std::unexpected(std::move(name.error()));
    std::optional<std::string> value;
    if (lexer_.at("=")) {
      lexer_.skip(1);
      Parsed<std::string> word = read_word(",");
      if (!word) return std::unexpected(std::move(word.error()));
      value = *std::move(word);
    }
    if (name->empty() && !value) return {};
    return add_option(spec, *name, value, offset);
  }

  Parsed<void> add_option(AddressSpec& spec, const std::string& name,
                          const std::optional<std::string>& value, std::size_t offset) const {
    const std::string_view written = text_.substr(offset, lexer_.offset() - offset);
    const OptionInfo* const option = find_option(name);
    if (option == nullptr)
      return std::unexpected(error(ParseFailure::unknown_option,
                                   fmt::format("unknown option \"{}\"", name), offset,
                                   written.size(), hint_for_option(name)));
    if (settings_.check_groups && !intersects(option->groups, option_groups(spec)))
      return std::unexpected(
          error(ParseFailure::option_group,
                fmt::format("option \"{}\" not supported with this address type", name), offset,
                written.size()));
    std::expected<OptionValue, std::string> parsed = parse_value(*option, value, written);
    if (!parsed)
      return std::unexpected(
          error(ParseFailure::value, std::move(parsed.error()), offset, written.size()));
    if (option->status == Status::later && !settings_.take_later)
      return std::unexpected(
          error(ParseFailure::not_in_this_version,
                fmt::format("option \"{}\" is not in this version of ringcat", name), offset,
                written.size()));
    spec.options.push_back({option->id, *std::move(parsed), offset - start_});
    return {};
  }

  Parsed<std::string> read_word(std::string_view stops) {
    std::expected<std::string, LexError> word = lexer_.word(stops);
    if (word) return *std::move(word);
    const std::size_t offset = word.error().offset;
    return std::unexpected(error(ParseFailure::syntax, std::move(word.error().message), offset,
                                 text_.size() - offset));
  }

  static ParseError error(ParseFailure failure, std::string message, std::size_t offset,
                          std::size_t length, std::string hint = {}) {
    return {failure, std::move(message), offset, length, std::move(hint)};
  }

  std::string_view text_;
  const ParseSettings& settings_;
  Lexer lexer_;
  std::size_t start_ = 0;     // of the single address that is being read
  std::string_view keyword_;  // of it, as written
};

}  // namespace

std::string ParseError::sentence() const {
  return hint.empty() ? message : fmt::format("{}; {}", message, hint);
}

std::string ParseError::underlined(std::string_view text) const {
  std::string shown{text};
  std::ranges::replace_if(shown, [](unsigned char c) { return c < ' '; }, ' ');
  const auto columns = [&shown](std::size_t from, std::size_t count) {
    return std::ranges::count_if(std::string_view{shown}.substr(from, count),
                                 [](unsigned char c) { return (c & 0xc0) != 0x80; });
  };
  const auto wide = std::max<std::ptrdiff_t>(columns(offset, length), 1);
  return fmt::format("{}\n{:{}}^{:~>{}}", shown, "", columns(0, offset), "", wide - 1);
}

std::expected<AddressSpec, ParseError> parse_address_detailed(std::string_view text,
                                                              const ParseSettings& settings) {
  return Parser{text, settings}.read_address();
}

Result<AddressSpec> parse_address(std::string_view text, const ParseSettings& settings) {
  std::expected<AddressSpec, ParseError> spec = parse_address_detailed(text, settings);
  if (!spec) return fail(spec.error().sentence());
  return *std::move(spec);
}

}  // namespace ringcat
