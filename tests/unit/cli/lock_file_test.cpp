#include "cli/lock_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace ringcat {
namespace {

namespace fs = std::filesystem;

class lock_file : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = "/tmp/ringcat-lock-test-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    path_ = directory_ + "/lock";
  }
  void TearDown() override { fs::remove_all(directory_); }

  [[nodiscard]] std::string content() const {
    std::ifstream file{path_};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  [[nodiscard]] std::ptrdiff_t files() const {
    return std::distance(fs::directory_iterator{directory_}, {});
  }

  std::string directory_;
  std::string path_;
};

TEST_F(lock_file, holds_the_process_id_while_the_object_lives) {
  {
    const Result<LockFile> lock = LockFile::obtain(path_);
    ASSERT_TRUE(lock) << lock.error().message;
    EXPECT_EQ(content(), std::to_string(::getpid()));
    EXPECT_EQ(files(), 1);
  }
  EXPECT_EQ(files(), 0);
}

TEST_F(lock_file, is_released_once_after_a_move) {
  Result<LockFile> lock = LockFile::obtain(path_);
  ASSERT_TRUE(lock);
  {
    const LockFile moved = std::move(*lock);
    EXPECT_TRUE(fs::exists(path_));
  }
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(lock_file, of_another_is_an_error_and_stays_as_it_is) {
  std::ofstream{path_} << "other";
  const Result<LockFile> lock = LockFile::obtain(path_);
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, EEXIST);
  EXPECT_EQ(content(), "other");
  EXPECT_EQ(files(), 1);
}

TEST_F(lock_file, of_another_is_waited_for) {
  std::ofstream{path_} << "other";
  std::jthread other{[this] {
    ::usleep(150'000);
    fs::remove(path_);
  }};
  const Result<LockFile> lock = LockFile::wait_for(path_);
  ASSERT_TRUE(lock) << lock.error().message;
  EXPECT_EQ(content(), std::to_string(::getpid()));
}

TEST_F(lock_file, that_can_never_be_had_is_not_waited_for) {
  const Result<LockFile> lock = LockFile::wait_for(directory_ + "/missing/lock");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, ENOENT);
}

}  // namespace
}  // namespace ringcat
