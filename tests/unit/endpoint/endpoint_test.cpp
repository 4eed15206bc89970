#include "endpoint_test.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>

namespace ringcat {

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator descriptors{"/proc/self/fd"};
  return static_cast<std::size_t>(std::distance(begin(descriptors), end(descriptors)));
}

void EndpointTest::SetUp() {
  const Result<Features> features = probe_features(GetParam());
  if (!features) GTEST_SKIP() << features.error().message;
  std::string pattern = std::filesystem::temp_directory_path() / "endpoint-test.XXXXXX";
  directory_ = ::mkdtemp(pattern.data());
  LogSettings settings;
  settings.sink = LogSettings::Sink::file;
  settings.file = path("log");
  settings.threshold = LogLevel::info;
  ASSERT_TRUE(configure_log(settings));
  descriptors_before_ = open_descriptors();
  auto reactor = Reactor::create(*features);
  ASSERT_TRUE(reactor) << reactor.error().message;
  reactor_ = std::move(*reactor);
  resolver_ = std::make_unique<Resolver>();
}

void EndpointTest::TearDown() {
  if (reactor_ == nullptr) return;
  reactor_.reset();
  resolver_.reset();
  EXPECT_EQ(open_descriptors(), descriptors_before_) << "a descriptor leaked";
  std::filesystem::remove_all(directory_);
}

const AddressSpec& EndpointTest::spec(const std::string& text) {
  auto parsed = parse_address(text);
  EXPECT_TRUE(parsed) << parsed.error().message;
  specs_.push_back(parsed ? std::move(*parsed) : AddressSpec{});
  return specs_.back();
}

Result<Channel> EndpointTest::open(const std::string& text, Direction direction) {
  return open(context(direction), text);
}

Result<Channel> EndpointTest::open(OpenContext context, const std::string& text) {
  return await(open_channel(context, spec(text)));
}

Result<Listener> EndpointTest::listen(const std::string& text) {
  return await(open_listener(context(), spec(text)));
}

std::string EndpointTest::logged() const {
  std::ifstream file{path("log")};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void expect_bytes_pass(const Channel& from, const Channel& to) {
  constexpr std::string_view message = "hello";
  ASSERT_EQ(::write(from.writing_fd(), message.data(), message.size()),
            static_cast<ssize_t>(message.size()));
  pollfd readable{.fd = to.reading_fd(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&readable, 1, 2000), 1);
  std::array<char, 16> received{};
  ASSERT_EQ(::read(to.reading_fd(), received.data(), received.size()),
            static_cast<ssize_t>(message.size()));
  EXPECT_EQ(std::string_view(received.data(), message.size()), message);
}

std::string port_of(const Listener& listener) {
  return listener.local_name.substr(listener.local_name.rfind(':') + 1);
}

int option_of(int fd, int level, int name) {
  int value = -1;
  socklen_t length = sizeof(value);
  EXPECT_EQ(::getsockopt(fd, level, name, &value, &length), 0);
  return value;
}

}  // namespace ringcat
