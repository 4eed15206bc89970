// loadgen: the load generator of bench/compare, client and server in one program.
//
//   loadgen bulk|pingpong|short|idle|one-shot --port=N --backend=N [--cpus=LIST] …

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "loads.hpp"
#include "options.hpp"
#include "socket.hpp"

namespace {

struct Load {
  std::string_view name;
  void (*run)(const loadgen::Options& options);
};

constexpr std::array loads{
    Load{"bulk", &loadgen::bulk},
    Load{"pingpong", &loadgen::pingpong},
    Load{"short", &loadgen::short_connections},
    Load{"idle", &loadgen::idle},
    Load{"one-shot", &loadgen::one_shot},
};

// Ends the program by a signal when a relay stalls: the driver then sees a failed run.
constexpr unsigned patience_s = 120;

}  // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  const loadgen::Options options(argc, argv);
  for (const Load& load : loads) {
    if (load.name != name) continue;
    ::alarm(patience_s);
    if (options.has("cpus")) loadgen::pin_thread(options.text("cpus"));
    load.run(options);
    return EXIT_SUCCESS;
  }
  std::fprintf(stderr, "loadgen: no load of this name: %s\n", argc > 1 ? argv[1] : "");
  return EXIT_FAILURE;
}
