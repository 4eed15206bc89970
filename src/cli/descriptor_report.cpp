#include "cli/descriptor_report.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <iterator>
#include <memory>
#include <string_view>
#include <vector>

#include "endpoint/socket_address.hpp"

namespace ringcat {

namespace {

constexpr std::string_view heading =
    "  FD  type\tdevice\tinode\tmode\tlinks\tuid\tgid\trdev\tsize\tcloexec\tflags\n";

struct FileType {
  mode_t bits;
  std::string_view name;
};

constexpr std::array file_types{
    FileType{S_IFREG, "file"},    FileType{S_IFDIR, "dir"},  FileType{S_IFCHR, "chrdev"},
    FileType{S_IFBLK, "blkdev"},  FileType{S_IFIFO, "pipe"}, FileType{S_IFSOCK, "socket"},
    FileType{S_IFLNK, "symlink"},
};

struct SocketOption {
  std::string_view name;
  int level;
  int option;
};

constexpr std::array socket_options{
    SocketOption{"TYPE", SOL_SOCKET, SO_TYPE},
    SocketOption{"PROTOCOL", SOL_SOCKET, SO_PROTOCOL},
    SocketOption{"REUSEADDR", SOL_SOCKET, SO_REUSEADDR},
    SocketOption{"REUSEPORT", SOL_SOCKET, SO_REUSEPORT},
    SocketOption{"KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE},
    SocketOption{"SNDBUF", SOL_SOCKET, SO_SNDBUF},
    SocketOption{"RCVBUF", SOL_SOCKET, SO_RCVBUF},
    SocketOption{"RCVLOWAT", SOL_SOCKET, SO_RCVLOWAT},
    SocketOption{"PRIORITY", SOL_SOCKET, SO_PRIORITY},
    SocketOption{"TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY},
    SocketOption{"TCP_CORK", IPPROTO_TCP, TCP_CORK},
    SocketOption{"TCP_MAXSEG", IPPROTO_TCP, TCP_MAXSEG},
};

std::vector<int> open_descriptors() {
  const std::unique_ptr<DIR, decltype(&::closedir)> directory{::opendir("/proc/self/fd"),
                                                              &::closedir};
  std::vector<int> found;
  if (!directory) return found;
  while (const dirent* const entry = ::readdir(directory.get())) {
    const std::string_view name = entry->d_name;
    int fd = -1;
    const auto [stop, error] = std::from_chars(name.data(), name.data() + name.size(), fd);
    if (error == std::errc{} && fd != ::dirfd(directory.get())) found.push_back(fd);
  }
  std::ranges::sort(found);
  return found;
}

std::string_view type_name(mode_t mode) {
  const auto found = std::ranges::find(file_types, mode & S_IFMT, &FileType::bits);
  return found != file_types.end() ? found->name : "other";
}

// `/dev/null`, `pipe:[4711]`: where the kernel says the descriptor leads.
std::string target_of(int fd) {
  std::array<char, 4096> target{};
  const std::string link = fmt::format("/proc/self/fd/{}", fd);
  const ssize_t length = ::readlink(link.c_str(), target.data(), target.size());
  return {target.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

// The options the socket's protocol has, and its two ends.
std::string socket_details(int fd) {
  std::string text;
  for (const SocketOption& row : socket_options) {
    int value = 0;
    socklen_t length = sizeof(value);
    if (::getsockopt(fd, row.level, row.option, &value, &length) != 0) continue;
    fmt::format_to(std::back_inserter(text), "\t{}={}", row.name, value);
  }
  fmt::format_to(std::back_inserter(text), "\t{} <-> {}", SocketAddress::local_of(fd).log_text(),
                 SocketAddress::peer_of(fd).log_text());
  return text;
}

std::string details(int fd, mode_t mode) {
  std::string text = S_ISSOCK(mode) ? socket_details(fd) : "\t" + target_of(fd);
  int waiting = 0;
  if (!S_ISREG(mode) && ::ioctl(fd, FIONREAD, &waiting) == 0) {
    fmt::format_to(std::back_inserter(text), "\tFIONREAD={}", waiting);
  }
  return text;
}

std::string describe(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return fmt::format("{:4}: {}\n", fd, ::strerrordesc_np(errno));
  const bool closes_on_exec = (::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0;
  return fmt::format("{:4}: {}\t{},{}\t{}\t{:07o}\t{}\t{}\t{}\t{},{}\t{}\t{:d}\tx{:06x}{}\n", fd,
                     type_name(status.st_mode), major(status.st_dev), minor(status.st_dev),
                     status.st_ino, status.st_mode, status.st_nlink, status.st_uid, status.st_gid,
                     major(status.st_rdev), minor(status.st_rdev), status.st_size, closes_on_exec,
                     ::fcntl(fd, F_GETFL), details(fd, status.st_mode));
}

}  // namespace

std::string descriptor_report() {
  std::string text{heading};
  for (const int fd : open_descriptors()) text += describe(fd);
  return text;
}

}  // namespace ringcat
