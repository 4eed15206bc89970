// LockFile: -L and -W. A file that holds our process id exists while this object lives.
//
// Thread: main. Refuses: judging whether the process of an existing lock still lives; socat does
// not either, and scripts put whatever they like into the file.
#pragma once

#include <string>

#include "base/error.hpp"

namespace ringcat {

class LockFile {
 public:
  // Fails where the file exists.
  [[nodiscard]] static Result<LockFile> obtain(std::string path);

  // Waits until the file can be had; fails where it never can.
  [[nodiscard]] static Result<LockFile> wait_for(std::string path);

  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&&) = delete;
  LockFile(const LockFile&) = delete;
  ~LockFile();

 private:
  explicit LockFile(std::string path) : path_(std::move(path)) {}

  std::string path_;  // empty: nothing is held
};

}  // namespace ringcat
