#include "ring/features.hpp"

#include <liburing.h>
#include <sys/utsname.h>

#include <array>
#include <memory>

namespace ringcat {
namespace {

std::string kernel_release() {
  utsname names{};
  return ::uname(&names) == 0 ? names.release : "unknown";
}

// The operations without which the io_uring backend cannot work.
constexpr std::array needed_operations{
    IORING_OP_READ,   IORING_OP_WRITE,    IORING_OP_RECV,         IORING_OP_SEND,
    IORING_OP_ACCEPT, IORING_OP_POLL_ADD, IORING_OP_ASYNC_CANCEL,
};

bool has_needed_operations(io_uring& ring) {
  const std::unique_ptr<io_uring_probe, decltype(&io_uring_free_probe)> probe{
      io_uring_get_probe_ring(&ring), &io_uring_free_probe};
  if (!probe) return false;
  for (const int operation : needed_operations) {
    if (io_uring_opcode_supported(probe.get(), operation) == 0) return false;
  }
  return true;
}

// A provided-buffer ring came with 5.19, as multishot accept did: one stands for both.
bool has_buffer_rings(io_uring& ring) {
  alignas(4096) std::array<std::byte, 4096> memory{};
  io_uring_buf_reg registration{};
  registration.ring_addr = reinterpret_cast<std::uintptr_t>(memory.data());
  registration.ring_entries = 8;
  if (io_uring_register_buf_ring(&ring, &registration, 0) != 0) return false;
  io_uring_unregister_buf_ring(&ring, 0);
  return true;
}

// Fills in what io_uring offers. The sentence that comes back says why it cannot be used; empty: it
// can.
std::string try_io_uring(Features& features) {
  io_uring ring{};
  io_uring_params parameters{};
  parameters.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
  int result = io_uring_queue_init_params(8, &ring, &parameters);
  features.defer_taskrun = result == 0;
  if (result == -EINVAL) {
    parameters = {};
    result = io_uring_queue_init_params(8, &ring, &parameters);
  }
  if (result < 0) return "io_uring_setup: " + errno_text(-result);
  std::string refused;
  if (!has_needed_operations(ring) || !has_buffer_rings(ring)) {
    refused = "this kernel's io_uring is older than 5.19 (no provided-buffer rings)";
  }
  io_uring_queue_exit(&ring);
  return refused;
}

}  // namespace

Result<Features> probe_features(BackendChoice choice) {
  Features features;
  features.kernel = kernel_release();
  if (choice == BackendChoice::epoll) {
    features.reason = "asked for";
    return features;
  }
  const std::string refused = try_io_uring(features);
  if (refused.empty()) {
    features.backend = BackendKind::io_uring;
    features.reason = choice == BackendChoice::io_uring ? "asked for" : "the kernel offers it";
    return features;
  }
  if (choice == BackendChoice::io_uring) return fail("io_uring cannot be used here: " + refused);
  features.reason = refused;
  return features;
}

}  // namespace ringcat
