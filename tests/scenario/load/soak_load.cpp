// soak_load: many clients in front of a relay and the server behind it, in one process.
//
//   soak_load half-close|short|idle RELAY_PORT SERVER_PORT COUNT
//
// half-close  each sends its number, then its end of file, and receives 1 MiB that depends on the
//             number; one of 50 answers comes after 2 s
// short       connect, 64 bytes each way, close
// idle        connect and stay, until a line comes in on standard input
// Prints `ready` (idle) and at the end `COUNT sessions, N wrong`; exits 0 when none was wrong.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "base/unique_fd.hpp"

namespace ringcat {
namespace {

constexpr std::size_t clients_at_once = 200;
constexpr std::size_t answer_bytes = 1024 * 1024;
constexpr std::uint32_t answers_to_a_late_one = 50;
constexpr std::chrono::seconds late_by{2};
constexpr std::size_t short_bytes = 64;

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(2);
}

sockaddr_in loopback(const char* port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  address.sin_port = ::htons(static_cast<std::uint16_t>(std::atoi(port)));
  return address;
}

UniqueFd listen_on(const char* port) {
  UniqueFd listener{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const int on = 1;
  ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener.get(), SOMAXCONN) != 0) {
    give_up("listen");
  }
  return listener;
}

UniqueFd connect_to(const sockaddr_in& address) {
  UniqueFd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    give_up("connect");
  }
  return socket;
}

bool send_all(int socket, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

// Fills `into` unless the end of file comes first; how many bytes came.
std::size_t receive_all(int socket, std::span<std::byte> into) {
  std::size_t count = 0;
  while (count < into.size()) {
    const ssize_t got = ::recv(socket, &into[count], into.size() - count, 0);
    if (got <= 0) break;
    count += static_cast<std::size_t>(got);
  }
  return count;
}

// The answer to each number: a window of one random text.
std::span<const std::byte> answer_to(std::uint32_t number) {
  constexpr std::size_t windows = 4096;
  static const std::vector<std::byte> text = [] {
    std::mt19937 random{1};
    std::vector<std::byte> bytes(answer_bytes + windows);
    std::ranges::generate(bytes, [&] { return static_cast<std::byte>(random()); });
    return bytes;
  }();
  return std::span{text}.subspan(number % windows, answer_bytes);
}

void answer_after_half_close(int connection) {
  std::array<std::byte, sizeof(std::uint32_t) + 1> request;
  const std::size_t count = receive_all(connection, request);  // to its end of file
  std::uint32_t number = 0;
  if (count != sizeof number) return;
  std::copy_n(request.begin(), count, reinterpret_cast<std::byte*>(&number));
  if (number % answers_to_a_late_one == 0) std::this_thread::sleep_for(late_by);
  send_all(connection, answer_to(number));
}

bool ask_and_half_close(int connection, std::uint32_t number) {
  send_all(connection, std::as_bytes(std::span{&number, 1}));
  ::shutdown(connection, SHUT_WR);
  std::vector<std::byte> answer(answer_bytes + 1);
  answer.resize(receive_all(connection, answer));
  return std::ranges::equal(answer, answer_to(number));
}

void echo_once(int connection) {
  std::array<std::byte, short_bytes> message;
  if (receive_all(connection, message) == message.size()) send_all(connection, message);
}

bool ask_shortly(int connection, std::uint32_t number) {
  std::array<std::byte, short_bytes> question;
  question.fill(static_cast<std::byte>(number));
  std::array<std::byte, short_bytes> echoed{};
  return send_all(connection, question) && receive_all(connection, echoed) == echoed.size() &&
         echoed == question;
}

// Serves each connection on a thread of its own, for as long as the process lives.
void serve(UniqueFd listener, void (*answer)(int)) {
  for (;;) {
    const int accepted = ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (accepted < 0) continue;
    std::thread{[accepted, answer] {
      const UniqueFd connection{accepted};
      answer(connection.get());
    }}.detach();
  }
}

// Runs `count` sessions; how many went wrong.
unsigned run_sessions(const sockaddr_in& relay, std::uint32_t count,
                      bool (*ask)(int, std::uint32_t)) {
  std::atomic<std::uint32_t> next = 0;
  std::atomic<unsigned> wrong = 0;
  std::vector<std::jthread> clients;
  for (std::size_t i = 0; i < clients_at_once; ++i) {
    clients.emplace_back([&] {
      for (std::uint32_t number = next++; number < count; number = next++) {
        const UniqueFd connection = connect_to(relay);
        if (!ask(connection.get(), number)) ++wrong;
      }
    });
  }
  clients.clear();
  return wrong;
}

// Accepts `count` connections and keeps them.
std::vector<UniqueFd> accept_all(const UniqueFd& listener, std::uint32_t count) {
  std::vector<UniqueFd> connections;
  while (connections.size() < count) {
    connections.emplace_back(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }
  return connections;
}

void stay_idle(const sockaddr_in& relay, const UniqueFd& listener, std::uint32_t count) {
  std::vector<UniqueFd> accepted;
  std::jthread accepting{[&] { accepted = accept_all(listener, count); }};
  std::vector<UniqueFd> connections;
  for (std::uint32_t i = 0; i < count; ++i) connections.push_back(connect_to(relay));
  accepting.join();
  std::puts("ready");
  std::fflush(stdout);
  std::getchar();
}

}  // namespace

int soak(std::string_view mode, const char* relay_port, const char* server_port,
         std::uint32_t count) {
  const sockaddr_in relay = loopback(relay_port);
  UniqueFd listener = listen_on(server_port);
  unsigned wrong = 0;
  if (mode == "idle") {
    stay_idle(relay, listener, count);
  } else {
    const bool half_closes = mode == "half-close";
    std::thread{serve, std::move(listener), half_closes ? answer_after_half_close : echo_once}
        .detach();
    wrong = run_sessions(relay, count, half_closes ? ask_and_half_close : ask_shortly);
  }
  std::printf("%u sessions, %u wrong\n", count, wrong);
  std::fflush(stdout);
  ::_exit(wrong == 0 ? 0 : 1);  // the server's threads are still waiting
}

}  // namespace ringcat

int main(int count, char** words) {
  if (count != 5) {
    std::fputs("usage: soak_load half-close|short|idle RELAY_PORT SERVER_PORT COUNT\n", stderr);
    return 2;
  }
  return ringcat::soak(words[1], words[2], words[3],
                       static_cast<std::uint32_t>(std::atoi(words[4])));
}
