#include "cli/lock_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

#include "base/log.hpp"
#include "base/unique_fd.hpp"
#include "engine/signals.hpp"

namespace ringcat {

namespace {

constexpr std::chrono::milliseconds retry_interval{100};

int write_process_id(const UniqueFd& file) {
  const std::string id = std::to_string(::getpid());
  const ssize_t written = ::write(file.get(), id.data(), id.size());
  if (written < 0) return errno;
  return static_cast<std::size_t>(written) == id.size() ? 0 : ENOSPC;
}

// The file appears under its name with its content, or not at all: it is written under another
// name first, and link(2) fails where the name is taken. The result is 0 or an errno value.
int create_lock(const std::string& path) {
  std::string draft = path + ".XXXXXX";
  const UniqueFd file{::mkostemp(draft.data(), O_CLOEXEC)};
  if (!file) return errno;
  int result = write_process_id(file);
  if (result == 0 && ::link(draft.c_str(), path.c_str()) != 0) result = errno;
  ::unlink(draft.c_str());
  return result;
}

}  // namespace

// From here to its end the process must not die without removing the file.
Result<LockFile> LockFile::obtain(std::string path) {
  block_signals();
  const int result = create_lock(path);
  if (result != 0) return fail_errno(fmt::format("could not obtain lock \"{}\"", path), result);
  return LockFile{std::move(path)};
}

Result<LockFile> LockFile::wait_for(std::string path) {
  for (bool said = false;; said = true) {
    Result<LockFile> lock = obtain(path);
    if (lock || lock.error().code != EEXIST) return lock;
    if (!said) log(LogLevel::notice, fmt::format("waiting for lock \"{}\"", path));
    unblock_signals();
    std::this_thread::sleep_for(retry_interval);
  }
}

LockFile::LockFile(LockFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}

LockFile::~LockFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

}  // namespace ringcat
