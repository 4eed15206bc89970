// Parsing an address, as the command line does it once.

#include <benchmark/benchmark.h>

#include "address/parser.hpp"

namespace ringcat {
namespace {

void parse(benchmark::State& state, const char* text) {
  for ([[maybe_unused]] const auto _ : state) {
    auto parsed = parse_address(text);
    if (!parsed) return state.SkipWithError("it does not parse");
    benchmark::DoNotOptimize(parsed);
  }
}

BENCHMARK_CAPTURE(parse, plain, "TCP4:127.0.0.1:8080");
BENCHMARK_CAPTURE(parse, with_options,
                  "TCP4-LISTEN:8080,bind=127.0.0.1,reuseaddr,fork,backlog=128,keepalive,nodelay,"
                  "range=127.0.0.1/32");
BENCHMARK_CAPTURE(parse, bare_path, "/run/service.sock");

}  // namespace
}  // namespace ringcat
