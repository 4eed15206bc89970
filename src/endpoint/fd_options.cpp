#include "endpoint/fd_options.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "endpoint/names.hpp"

namespace ringcat {
namespace {

using enum OptionId;

// How long to wait before a lock that another process holds is tried again.
constexpr Duration lock_retry = std::chrono::milliseconds{20};

struct OpenFlag {
  OptionId id;
  int flag;
};

constexpr auto flags = std::to_array<OpenFlag>({
    {append, O_APPEND},
    {o_nonblock, O_NONBLOCK},
    {o_noatime, O_NOATIME},
    {o_create, O_CREAT},
    {o_excl, O_EXCL},
    {o_trunc, O_TRUNC},
    {o_nofollow, O_NOFOLLOW},
    {o_directory, O_DIRECTORY},
    {o_noctty, O_NOCTTY},
    {o_sync, O_SYNC},
    {o_dsync, O_DSYNC},
    {o_rsync, O_RSYNC},
    {o_largefile, O_LARGEFILE},
});

struct AccessMode {
  OptionId id;
  int mode;
};

constexpr auto access_modes = std::to_array<AccessMode>({
    {o_rdonly, O_RDONLY},
    {o_wronly, O_WRONLY},
    {o_rdwr, O_RDWR},
});

// Every step gives 0 or an errno value.
int outcome(int result) {
  return result < 0 ? errno : 0;
}

int set_status_flag(int fd, int flag, bool on) {
  const int before = ::fcntl(fd, F_GETFL);
  if (before < 0) return errno;
  const int after = on ? before | flag : before & ~flag;
  return after == before ? 0 : outcome(::fcntl(fd, F_SETFL, after));
}

template <int Flag>
int status_flag(int fd, const OptionValue& value) {
  return set_status_flag(fd, Flag, std::get<bool>(value));
}

int close_on_exec(int fd, const OptionValue& value) {
  return outcome(::fcntl(fd, F_SETFD, std::get<bool>(value) ? FD_CLOEXEC : 0));
}

int set_owner(int fd, const OptionValue& value) {
  const Result<uid_t> user = user_id(std::get<std::string>(value));
  return user ? outcome(::fchown(fd, *user, static_cast<gid_t>(-1))) : ENOENT;
}

int set_group(int fd, const OptionValue& value) {
  const Result<gid_t> group_wanted = group_id(std::get<std::string>(value));
  return group_wanted ? outcome(::fchown(fd, static_cast<uid_t>(-1), *group_wanted)) : ENOENT;
}

int set_mode(int fd, const OptionValue& value) {
  return outcome(::fchmod(fd, static_cast<mode_t>(std::get<std::int64_t>(value))));
}

template <short Type>
int posix_lock(int fd, const OptionValue& value) {
  if (!std::get<bool>(value)) return 0;
  struct flock whole_file{};
  whole_file.l_type = Type;
  whole_file.l_whence = SEEK_SET;
  const int error = outcome(::fcntl(fd, F_SETLK, &whole_file));
  return error == EACCES ? EAGAIN : error;
}

template <int Kind>
int bsd_lock(int fd, const OptionValue& value) {
  return std::get<bool>(value) ? outcome(::flock(fd, Kind | LOCK_NB)) : 0;
}

template <int Whence>
int seek(int fd, const OptionValue& value) {
  return ::lseek(fd, std::get<std::int64_t>(value), Whence) < 0 ? errno : 0;
}

int truncate_to(int fd, const OptionValue& value) {
  return outcome(::ftruncate(fd, std::get<std::int64_t>(value)));
}

struct FdOption {
  OptionId id;
  int (*apply)(int fd, const OptionValue& value);
  bool by_name = false;  // done by name already where the address has one
  bool waits = false;    // EAGAIN: try again later
};

// In the order in which they are applied.
constexpr auto table = std::to_array<FdOption>({
    {.id = user, .apply = set_owner, .by_name = true},
    {.id = group, .apply = set_group, .by_name = true},
    {.id = perm, .apply = set_mode, .by_name = true},
    {.id = f_setlk_rd, .apply = posix_lock<F_RDLCK>},
    {.id = f_setlk_wr, .apply = posix_lock<F_WRLCK>},
    {.id = f_setlkw_rd, .apply = posix_lock<F_RDLCK>, .waits = true},
    {.id = f_setlkw_wr, .apply = posix_lock<F_WRLCK>, .waits = true},
    {.id = flock_sh_nb, .apply = bsd_lock<LOCK_SH>},
    {.id = flock_ex_nb, .apply = bsd_lock<LOCK_EX>},
    {.id = flock_sh, .apply = bsd_lock<LOCK_SH>, .waits = true},
    {.id = flock_ex, .apply = bsd_lock<LOCK_EX>, .waits = true},
    {.id = o_nonblock, .apply = status_flag<O_NONBLOCK>},
    {.id = append, .apply = status_flag<O_APPEND>},
    {.id = o_noatime, .apply = status_flag<O_NOATIME>},
    {.id = cloexec, .apply = close_on_exec},
    {.id = lseek64_set, .apply = seek<SEEK_SET>},
    {.id = lseek64_cur, .apply = seek<SEEK_CUR>},
    {.id = lseek64_end, .apply = seek<SEEK_END>},
    {.id = ftruncate64, .apply = truncate_to},
    {.id = user_late, .apply = set_owner},
    {.id = group_late, .apply = set_group},
    {.id = perm_late, .apply = set_mode},
});

using Value = OptionValue;

struct ChannelOption {
  OptionId id;
  void (*apply)(Channel& channel, const Value& value);
};

constexpr auto channel_table = std::to_array<ChannelOption>({
    {ignoreeof, [](Channel& c, const Value& v) { c.ignore_eof = std::get<bool>(v); }},
    {null_eof, [](Channel& c, const Value& v) { c.null_eof = std::get<bool>(v); }},
    {cool_write, [](Channel& c, const Value& v) { c.cool_write = std::get<bool>(v); }},
    {readbytes,
     [](Channel& c, const Value& v) {
       c.read_limit = static_cast<std::uint64_t>(std::get<std::int64_t>(v));
     }},
    {escape,
     [](Channel& c, const Value& v) {
       c.escape = static_cast<std::int16_t>(std::get<std::int64_t>(v));
     }},
    {cr, [](Channel& c, const Value&) { c.line_ends = LineEnds::cr; }},
    {crnl, [](Channel& c, const Value&) { c.line_ends = LineEnds::crnl; }},
    {shut_none, [](Channel& c, const Value&) { c.end_of_output = EndOfOutput::none; }},
    {shut_down, [](Channel& c, const Value&) { c.end_of_output = EndOfOutput::shut_down; }},
    {shut_close, [](Channel& c, const Value&) { c.end_of_output = EndOfOutput::close; }},
    {shut_null, [](Channel& c, const Value&) { c.end_of_output = EndOfOutput::null_packet; }},
    // The end is close(2) alone, which the session's own end brings.
    {end_close, [](Channel& c, const Value&) { c.end_of_output = EndOfOutput::none; }},
});

template <typename Row, std::size_t Count>
constexpr bool has_row(const std::array<Row, Count>& rows, OptionId id) {
  return std::ranges::find(rows, id, &Row::id) != rows.end();
}

std::unexpected<Error> option_failed(const FdOption& option, int error) {
  return fail_errno(fmt::format("option {}", info(option.id).name), error);
}

}  // namespace

bool is_fd_option(OptionId id) {
  return has_row(table, id);
}

bool is_open_flag(OptionId id) {
  return has_row(flags, id) || has_row(access_modes, id);
}

bool is_channel_option(OptionId id) {
  return has_row(channel_table, id);
}

int open_flags(const AddressSpec& spec) {
  int wanted = 0;
  for (const auto& [id, flag] : flags)
    if (spec.flag(id)) wanted |= flag;
  return wanted;
}

int access_mode(const AddressSpec& spec, Direction direction) {
  for (const auto& [id, mode] : access_modes)
    if (spec.flag(id)) return mode;
  if (direction == Direction::both) return O_RDWR;
  return direction == Direction::read ? O_RDONLY : O_WRONLY;
}

bool has_fd_options(const AddressSpec& spec) {
  return std::ranges::any_of(spec.options,
                             [](const auto& setting) { return is_fd_option(setting.id); });
}

Task<Result<void>> apply_fd_options(OpenContext context, const AddressSpec& spec, int fd,
                                    Named named) {
  for (const FdOption& option : table) {
    const OptionSetting* const setting = spec.find(option.id);
    if (setting == nullptr || (option.by_name && named == Named::yes)) continue;
    int error = option.apply(fd, setting->value);
    while (option.waits && error == EAGAIN && !context.reactor.is_shut_down()) {
      co_await sleep_for{context.reactor, lock_retry};
      error = option.apply(fd, setting->value);
    }
    if (error == 0) continue;
    const auto failed = option_failed(option, error);
    if (!spec.sloppy) co_return failed;
    log(LogLevel::error, failed.error().message);
  }
  co_return Result<void>{};
}

void apply_channel_options(const AddressSpec& spec, Channel& channel) {
  for (const OptionSetting& setting : spec.options) {
    const auto* const row = std::ranges::find(channel_table, setting.id, &ChannelOption::id);
    if (row != channel_table.end()) row->apply(channel, setting.value);
  }
}

}  // namespace ringcat
