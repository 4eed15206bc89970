#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "endpoint/socket_address.hpp"
#include "endpoint_test.hpp"

namespace ringcat {
namespace {

class UnixTest : public EndpointTest {
 protected:
  Result<Channel> accept(const Listener& listener) {
    return listener.admit(
        UniqueFd{::accept4(listener.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)});
  }

  // A bound socket whose owner is gone, as a crash leaves it.
  void leave_behind(const std::string& name, int type = SOCK_STREAM) {
    const UniqueFd dead = bound(name, type);
    EXPECT_TRUE(std::filesystem::is_socket(name));
  }

  UniqueFd bound(const std::string& name, int type) {
    UniqueFd fd{::socket(AF_UNIX, type | SOCK_CLOEXEC, 0)};
    const auto address = SocketAddress::unix_path(name);
    EXPECT_EQ(::bind(fd.get(), address->data(), address->length()), 0);
    return fd;
  }

  mode_t mode_of(const std::string& name) {
    struct stat status{};
    EXPECT_EQ(::lstat(name.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }
};

TEST_P(UnixTest, a_connection_carries_bytes_both_ways) {
  const auto server = listen("UNIX-LISTEN:" + path("s") + ",fork");
  ASSERT_TRUE(server) << server.error().message;
  for (const std::string kind : {"UNIX-CONNECT:", "UNIX-CLIENT:", "GOPEN:"}) {
    const auto client = open(kind + path("s"));
    ASSERT_TRUE(client) << client.error().message;
    const auto accepted = accept(*server);
    ASSERT_TRUE(accepted);
    EXPECT_EQ(accepted->reader.kind, FdKind::stream_socket);
    EXPECT_FALSE(accepted->reader.tcp);
    expect_bytes_pass(*client, *accepted);
    expect_bytes_pass(*accepted, *client);
  }
}

TEST_P(UnixTest, an_abstract_name_connects) {
  const std::string name = "endpoint-test-" + std::to_string(::getpid());
  const auto server = listen("ABSTRACT-LISTEN:" + name + ",fork");
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_EQ(server->local_name, "AF=1 \"\\0" + name + "\"");
  EXPECT_TRUE(open("ABSTRACT-CONNECT:" + name));
  EXPECT_TRUE(open("ABSTRACT-CLIENT:" + name + ",bind=" + name + "-client"));
  EXPECT_FALSE(open("ABSTRACT-CONNECT:" + name + ",unix-tightsocklen=0"));
}

TEST_P(UnixTest, the_name_goes_with_its_listener) {
  {
    const auto server = listen("UNIX-LISTEN:" + path("s"));
    ASSERT_TRUE(server);
    EXPECT_TRUE(std::filesystem::is_socket(path("s")));
  }
  EXPECT_FALSE(std::filesystem::exists(path("s")));
}

TEST_P(UnixTest, unlink_close_0_keeps_the_name) {
  {
    const auto server = listen("UNIX-LISTEN:" + path("s") + ",unlink-close=0");
    ASSERT_TRUE(server);
  }
  EXPECT_TRUE(std::filesystem::is_socket(path("s")));
}

TEST_P(UnixTest, a_name_that_became_anothers_is_left_alone) {
  {
    const auto server = listen("UNIX-LISTEN:" + path("s"));
    ASSERT_TRUE(server);
    std::filesystem::remove(path("s"));
    leave_behind(path("s"));
  }
  EXPECT_TRUE(std::filesystem::is_socket(path("s")));
}

TEST_P(UnixTest, a_stale_socket_is_taken_over) {
  leave_behind(path("s"));
  const auto server = listen("UNIX-LISTEN:" + path("s"));
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_TRUE(open("UNIX-CONNECT:" + path("s")));
}

TEST_P(UnixTest, a_stale_datagram_socket_is_taken_over) {
  leave_behind(path("s"), SOCK_DGRAM);
  EXPECT_TRUE(listen("UNIX-LISTEN:" + path("s")));
}

TEST_P(UnixTest, a_socket_in_use_is_not_taken) {
  const auto first = listen("UNIX-LISTEN:" + path("s"));
  const auto second = listen("UNIX-LISTEN:" + path("s"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "UNIX-LISTEN:" + path("s") + ": \"" + path("s") +
                                        "\" is in use: another process listens on it");
  EXPECT_TRUE(open("UNIX-CONNECT:" + path("s")));
  const UniqueFd datagrams = bound(path("d"), SOCK_DGRAM);
  EXPECT_FALSE(listen("UNIX-LISTEN:" + path("d")));
}

TEST_P(UnixTest, a_regular_file_is_never_taken_for_a_socket) {
  const UniqueFd file{::creat(path("f").c_str(), 0600)};
  const auto server = listen("UNIX-LISTEN:" + path("f"));
  ASSERT_FALSE(server);
  EXPECT_NE(server.error().message.find("exists and is no socket"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_regular_file(path("f")));
}

TEST_P(UnixTest, unlink_early_removes_whatever_is_there) {
  const UniqueFd file{::creat(path("f").c_str(), 0600)};
  EXPECT_TRUE(listen("UNIX-LISTEN:" + path("f") + ",unlink-early"));
}

TEST_P(UnixTest, mode_umask_and_owner_are_as_asked_for) {
  const mode_t before = ::umask(022);
  const auto narrow = listen("UNIX-LISTEN:" + path("a") + ",mode=600");
  const auto wide = listen("UNIX-LISTEN:" + path("b") + ",mode=777");
  const auto masked = listen("UNIX-LISTEN:" + path("c") + ",umask=077");
  ASSERT_TRUE(narrow && wide && masked);
  EXPECT_EQ(mode_of(path("a")), 0600U);
  EXPECT_EQ(mode_of(path("b")), 0777U);
  EXPECT_EQ(mode_of(path("c")), 0700U);
  if (::geteuid() == 0) {
    const auto owned = listen("UNIX-LISTEN:" + path("d") + ",user=1,group=2");
    ASSERT_TRUE(owned) << owned.error().message;
    struct stat status{};
    ASSERT_EQ(::stat(path("d").c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, 1U);
    EXPECT_EQ(status.st_gid, 2U);
    EXPECT_EQ(mode_of(path("d")), 0755U);
  }
  EXPECT_EQ(::umask(before), 022U);
}

TEST_P(UnixTest, an_unknown_user_leaves_nothing_behind) {
  const auto server = listen("UNIX-LISTEN:" + path("s") + ",user=no-such-user");
  ASSERT_FALSE(server);
  EXPECT_NE(server.error().message.find("user \"no-such-user\" does not exist"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path("s")));
}

TEST_P(UnixTest, a_client_that_binds_removes_its_name) {
  const auto server = listen("UNIX-LISTEN:" + path("s") + ",fork");
  {
    const auto client = open("UNIX-CONNECT:" + path("s") + ",bind=" + path("c"));
    ASSERT_TRUE(client) << client.error().message;
    EXPECT_TRUE(std::filesystem::is_socket(path("c")));
  }
  EXPECT_FALSE(std::filesystem::exists(path("c")));
}

TEST_P(UnixTest, a_client_that_fails_removes_its_name_too) {
  EXPECT_FALSE(open("UNIX-CONNECT:" + path("none") + ",bind=" + path("c")));
  EXPECT_FALSE(std::filesystem::exists(path("c")));
}

TEST_P(UnixTest, a_client_takes_a_temporary_name) {
  const auto server = listen("UNIX-LISTEN:" + path("s") + ",fork");
  const auto client =
      open("UNIX-CONNECT:" + path("s") + ",unix-bind-tempname=" + path("tmp.XXXXXX"));
  ASSERT_TRUE(client) << client.error().message;
  const std::string name = SocketAddress::local_of(client->fd.get()).text();
  EXPECT_TRUE(name.starts_with(path("tmp."))) << name;
  EXPECT_FALSE(name.ends_with("XXXXXX"));
  const auto usual = open("UNIX-CONNECT:" + path("s") + ",unix-bind-tempname");
  ASSERT_TRUE(usual) << usual.error().message;
}

TEST_P(UnixTest, unix_client_finds_datagram_and_seqpacket_sockets) {
  const UniqueFd datagrams = bound(path("d"), SOCK_DGRAM);
  const auto client = open("UNIX-CLIENT:" + path("d"));
  ASSERT_TRUE(client) << client.error().message;
  EXPECT_EQ(client->writer.kind, FdKind::datagram_socket);
  const UniqueFd packets = bound(path("p"), SOCK_SEQPACKET);
  ASSERT_EQ(::listen(packets.get(), 1), 0);
  EXPECT_TRUE(open(path("p")));
  EXPECT_FALSE(open("UNIX-CONNECT:" + path("d")));
  EXPECT_TRUE(open("UNIX-CONNECT:" + path("d") + ",type=2"));
}

TEST_P(UnixTest, a_full_queue_is_waited_for) {
  const auto server = listen("UNIX-LISTEN:" + path("s") + ",backlog=0,fork");
  const auto first = open("UNIX-CONNECT:" + path("s"));
  ASSERT_TRUE(first);
  const auto late = open("UNIX-CONNECT:" + path("s") + ",connect-timeout=0.05");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ETIMEDOUT);
  const auto drain = [&]() -> Task<void> {
    co_await sleep_for{*reactor_, std::chrono::milliseconds{20}};
    EXPECT_TRUE(accept(*server));
  };
  drain().detach();
  EXPECT_TRUE(open("UNIX-CONNECT:" + path("s")));
}

TEST_P(UnixTest, a_missing_socket_reads_as_a_sentence) {
  const auto missing = open("UNIX-CONNECT:" + path("none"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message,
            "UNIX-CONNECT:" + path("none") + ": connect: No such file or directory");
}

RINGCAT_BOTH_BACKENDS(UnixTest);

}  // namespace
}  // namespace ringcat
