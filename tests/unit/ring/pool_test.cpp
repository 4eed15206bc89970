// The pools of a reactor: frames, buffers, pipes.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <set>
#include <vector>

#include "ring/buffer_pool.hpp"
#include "ring/frame_pool.hpp"
#include "ring/pipe_pool.hpp"
#include "ring/task.hpp"

namespace ringcat {
namespace {

TEST(FramePool, gives_the_same_memory_again) {
  constexpr std::size_t size = 4 * frame_pool::granule;
  void* const first = frame_pool::allocate(size - 1);
  frame_pool::release(first, size - 1);
  void* const second = frame_pool::allocate(size);  // the other was rounded up to it
  EXPECT_EQ(first, second);
  frame_pool::release(second, size);
}

TEST(FramePool, counts_the_frames_that_live) {
  const std::size_t before = frame_pool::live();
  std::vector<std::pair<void*, std::size_t>> frames;
  for (const std::size_t bytes :
       {std::size_t{1}, std::size_t{4096}, std::size_t{4097}, std::size_t{100'000}}) {
    frames.emplace_back(frame_pool::allocate(bytes), bytes);
  }
  EXPECT_EQ(frame_pool::live(), before + frames.size());
  for (const auto& [frame, bytes] : frames) frame_pool::release(frame, bytes);
  EXPECT_EQ(frame_pool::live(), before);
  frame_pool::trim();
}

Task<int> answer() {
  co_return 42;
}

Task<int> ask() {
  const int given = co_await answer();
  co_return given + 1;
}

TEST(Task, leaves_no_frame_whether_it_ran_or_not) {
  const std::size_t before = frame_pool::live();
  {
    Latch latch;
    Task<int> asking = ask();
    asking.start(latch);
    EXPECT_EQ(latch.pending, 0U);
    EXPECT_EQ(asking.result(), 43);
    const Task<int> never_started = ask();
  }
  EXPECT_EQ(frame_pool::live(), before);
}

TEST(BufferPool, gives_each_buffer_once_and_stops_at_its_limit) {
  BufferPool pool;
  std::set<std::uint16_t> ids;
  std::set<std::byte*> memory;
  while (!pool.empty() || pool.grow()) {
    const std::uint16_t id = pool.take();
    ids.insert(id);
    memory.insert(pool.buffer(id).data());
  }
  EXPECT_EQ(ids.size(), BufferPool::most_buffers);
  EXPECT_EQ(memory.size(), BufferPool::most_buffers);
  pool.give_back(7);
  EXPECT_EQ(pool.take(), 7);
}

TEST(PipePool, gives_a_returned_pipe_again) {
  PipePool pool;
  std::optional<Pipe> pipe = pool.acquire();
  ASSERT_TRUE(pipe);
  EXPECT_GE(pipe->capacity, PipePool::least_bytes);
  const int number = pipe->read_end.get();
  pool.release(std::move(*pipe));
  EXPECT_EQ(pool.kept(), 1U);
  const std::optional<Pipe> again = pool.acquire();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->read_end.get(), number);
  EXPECT_EQ(pool.kept(), 0U);
}

TEST(PipePool, keeps_only_a_few) {
  PipePool pool;
  std::vector<Pipe> pipes;
  for (std::size_t i = 0; i < PipePool::most_kept + 4; ++i) {
    std::optional<Pipe> pipe = pool.acquire();
    ASSERT_TRUE(pipe);
    pipes.push_back(std::move(*pipe));
  }
  for (Pipe& pipe : pipes) pool.release(std::move(pipe));
  EXPECT_EQ(pool.kept(), PipePool::most_kept);
}

TEST(PipePool, its_pipes_never_block) {
  PipePool pool;
  const std::optional<Pipe> pipe = pool.acquire();
  ASSERT_TRUE(pipe);
  EXPECT_TRUE((::fcntl(pipe->read_end.get(), F_GETFL) & O_NONBLOCK) != 0);
  EXPECT_TRUE((::fcntl(pipe->write_end.get(), F_GETFL) & O_NONBLOCK) != 0);
}

}  // namespace
}  // namespace ringcat
