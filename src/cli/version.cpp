#include "cli/version.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <array>
#include <iterator>

#include "address/table.hpp"

namespace ringcat {

namespace {

// socat's names of its parts, each with an address that stands for it.
struct Part {
  std::string_view name;
  KindId kind;
};

constexpr std::array parts{
    Part{"STDIO", KindId::stdio},
    Part{"FDNUM", KindId::fd},
    Part{"FILE", KindId::open},
    Part{"CREAT", KindId::create},
    Part{"GOPEN", KindId::gopen},
    Part{"PIPE", KindId::pipe},
    Part{"UNIX", KindId::unix_connect},
    Part{"ABSTRACT_UNIXSOCKET", KindId::abstract_connect},
    Part{"IP4", KindId::tcp4_connect},
    Part{"IP6", KindId::tcp6_connect},
    Part{"TCP", KindId::tcp_connect},
    Part{"LISTEN", KindId::tcp_listen},
    Part{"RETRY", KindId::tcp_connect},
    Part{"UDP", KindId::udp_connect},
    Part{"RAWIP", KindId::ip_sendto},
    Part{"GENERICSOCKET", KindId::socket_connect},
    Part{"INTERFACE", KindId::interface},
    Part{"SCTP", KindId::sctp_connect},
    Part{"SOCKS4", KindId::socks4},
    Part{"SOCKS4A", KindId::socks4a},
    Part{"VSOCK", KindId::vsock_connect},
    Part{"PROXY", KindId::proxy},
    Part{"SYSTEM", KindId::system},
    Part{"EXEC", KindId::exec},
    Part{"PTY", KindId::pty},
    Part{"TUN", KindId::tun},
    Part{"OPENSSL", KindId::openssl},
};

std::string_view backend_name(BackendKind backend) {
  return backend == BackendKind::io_uring ? "io_uring" : "epoll";
}

void append_parts(std::string& text) {
  for (const Part& part : parts) {
    const bool here = info(part.kind).status == Status::now;
    fmt::format_to(std::back_inserter(text), "  #{} WITH_{}{}\n", here ? "define" : "undef",
                   part.name, here ? " 1" : "");
  }
}

}  // namespace

std::string version_text(std::string_view program, const Features& features) {
  utsname system{};
  ::uname(&system);
  std::string text = fmt::format(
      "ringcat: socat's vocabulary at kernel speed\n"
      "{} version {}\n"
      "   running on {} version {}, release {}, machine {}\n"
      "   backend {}: {}\n"
      "   liburing {}\n"
      "features:\n",
      program, RINGCAT_VERSION, system.sysname, system.version, features.kernel, system.machine,
      backend_name(features.backend), features.reason, RINGCAT_LIBURING_VERSION);
  append_parts(text);
  return text;
}

}  // namespace ringcat
