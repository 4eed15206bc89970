// TCP-CONNECT, TCP4-CONNECT, TCP6-CONNECT.
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "endpoint/dial.hpp"
#include "endpoint/inet.hpp"
#include "endpoint/kinds.hpp"
#include "endpoint/sockets.hpp"

namespace ringcat {
namespace {

// The address to bind to before connecting, of `bind`.
Task<Result<std::optional<SocketAddress>>> local_side(OpenContext context, const AddressSpec& spec,
                                                      int family, std::optional<TimePoint> until) {
  const auto wanted = spec.get<std::string>(OptionId::bind);
  if (!wanted) co_return std::optional<SocketAddress>{};
  const auto [host, service] = split_host_and_service(*wanted);
  const Resolver::Answer found = co_await find_addresses(
      context, host, service.empty() ? std::string_view{"0"} : service, family, until);
  if (!found) co_return std::unexpected(found.error().within("bind"));
  co_return std::optional{found->front()};
}

// Only targets of the family that `bind` has chosen can be reached.
void keep_family(std::vector<SocketAddress>& targets, const std::optional<SocketAddress>& local) {
  if (local)
    std::erase_if(targets, [&](const auto& each) { return each.family() != local->family(); });
}

Task<Result<UniqueFd>> dial_name(const DialPlan& plan, int family) {
  const std::string& host = plan.spec.parameters[0];
  const Resolver::Answer found =
      co_await find_addresses(plan.context, host, plan.spec.parameters[1], family, plan.until);
  if (!found) co_return std::unexpected(found.error());
  std::vector<SocketAddress> targets = in_turn(*found, plan.context.family);
  keep_family(targets, plan.local);
  if (targets.empty()) co_return fail("host \"" + host + "\" has no address of the family of bind");
  Result<UniqueFd> fd = co_await dial(plan, targets);
  co_return fd;
}

}  // namespace

Task<Result<Channel>> open_tcp_connect(OpenContext context, const AddressSpec& spec) {
  const Result<int> family = demanded_family(spec);
  if (!family) co_return std::unexpected(family.error());
  DialPlan plan{.context = context, .spec = spec, .local = {}, .until = connect_limit(spec)};
  plan.sourceport =
      static_cast<std::uint16_t>(spec.get<std::int64_t>(OptionId::sourceport).value_or(0));
  plan.lowport = spec.flag(OptionId::lowport);
  const auto target = numeric_address(spec.parameters[0], spec.parameters[1], *family);
  if (spec.has(OptionId::bind)) {
    const int side = target ? target->family() : *family;
    const auto local = co_await local_side(context, spec, side, plan.until);
    if (!local) co_return std::unexpected(local.error());
    plan.local = *local;
  }
  Task<Result<UniqueFd>> dialling =
      target ? dial(plan, std::span{&*target, 1}) : dial_name(plan, *family);
  Result<UniqueFd> fd = co_await dialling;
  if (!fd) co_return std::unexpected(fd.error());
  // No option of a connected socket differs between the two families.
  Result<Channel> channel = co_await connected_channel(context, spec, std::move(*fd), AF_INET);
  co_return channel;
}

}  // namespace ringcat
