#include "address/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ringcat {
namespace {

struct Parameter {
  std::string_view name;
  bool optional = false;
};

// `a[:b]:c` → a, b (optional), c.
std::vector<Parameter> list_parameters(std::string_view written) {
  constexpr std::string_view separators = "[]:";
  std::vector<Parameter> parameters;
  bool optional = false;
  while (!written.empty()) {
    const std::size_t end = std::min(written.find_first_of(separators), written.size());
    if (end > 0) parameters.push_back({written.substr(0, end), optional});
    if (end == written.size()) break;
    if (written[end] != ':') optional = written[end] == '[';
    written.remove_prefix(end + 1);
  }
  return parameters;
}

}  // namespace

std::string ParameterCount::text() const {
  return least == most ? fmt::format("{}", most) : fmt::format("{} or {}", least, most);
}

ParameterCount count_parameters(const KindInfo& kind) {
  const std::vector<Parameter> parameters = list_parameters(kind.parameters);
  const auto optional = std::ranges::count(parameters, true, &Parameter::optional);
  return {parameters.size() - static_cast<std::size_t>(optional), parameters.size()};
}

std::vector<std::string_view> parameter_names(const KindInfo& kind, std::size_t given) {
  std::vector<std::string_view> names;
  const std::vector<Parameter> parameters = list_parameters(kind.parameters);
  for (const Parameter& parameter : parameters)
    if (!parameter.optional || given == parameters.size()) names.push_back(parameter.name);
  return names;
}

Group option_groups(const AddressSpec& spec) {
  if (spec.kind == KindId::pipe && spec.parameters.empty())
    return Group::fd | Group::fifo | Group::any_kind;
  return info(spec.kind).groups;
}

}  // namespace ringcat
