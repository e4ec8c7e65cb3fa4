#include "tools/commands/isolation/supervisor.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <exception>
#include <utility>

#include "tools/commands/isolation/cluster_names.h"
#include "tools/commands/isolation/processes.h"

namespace cmapsim {
namespace {

// A number of a call by the x32 entry has this bit; its architecture is x86-64's.
constexpr int kX32 = 0x40000000;
constexpr uint64_t kMaxMessages = 1024;  // UIO_MAXIOV: sendmmsg takes no more at once

// Programs whose calls come by the 32-bit entry.
bool Is32Bit(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return false;
  std::array<unsigned char, 20> header{};
  const ssize_t size = pread(fd, header.data(), header.size(), 0);
  close(fd);
  constexpr unsigned char kClass32 = 1;
  constexpr unsigned char kI386 = 3;
  constexpr unsigned char kX86 = 62;
  return size == static_cast<ssize_t>(header.size()) &&
         std::memcmp(header.data(), "\177ELF", 4) == 0 && header[4] == kClass32 &&
         (header[18] == kI386 || header[18] == kX86);
}

bool IsExecutable(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         access(path.c_str(), X_OK) == 0;
}

}  // namespace

Supervisor::Supervisor() {
  shm_ = ResolveFor(getpid(), AT_FDCWD, "/dev/shm", true);
  seccomp_notif_sizes sizes = {};
  syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes);
  request_.resize(std::max<size_t>(sizes.seccomp_notif, sizeof(seccomp_notif)));
  response_.resize(std::max<size_t>(sizes.seccomp_notif_resp, sizeof(seccomp_notif_resp)));
}

void Supervisor::Adopt(int listener, pid_t program) {
  Release();
  listener_ = listener;
  program_ = program;
  program_began_ = false;
  record_ = IsolationRecord();
  record_.SetProgram(program);
}

void Supervisor::Release() {
  if (listener_ >= 0) close(listener_);
  listener_ = -1;
}

bool Supervisor::Serve() {
  std::fill(request_.begin(), request_.end(), std::byte{0});
  std::fill(response_.begin(), response_.end(), std::byte{0});
  if (ioctl(listener_, SECCOMP_IOCTL_NOTIF_RECV, request_.data()) != 0) {
    // ENOENT: the caller was killed meanwhile.
    return errno == EINTR || errno == ENOENT;
  }
  const auto& call = *reinterpret_cast<const seccomp_notif*>(request_.data());
  Answer answer;
  pid_t process = 0;
  std::string program;
  try {
    answer = Decide(call);
    if (answer.why || answer.begins != Answer::Begins::kNothing) {
      process = ProcessOf(static_cast<pid_t>(call.pid));
      program = ProgramOf(process);
    }
  } catch (const std::exception&) {  // no memory
    answer = {.error = EAGAIN};
  }
  auto& response = *reinterpret_cast<seccomp_notif_resp*>(response_.data());
  response.id = call.id;
  response.error = -answer.error;
  response.flags = answer.error == 0 ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
  // Where it fails the call is no more, and what was read may have been another process's.
  if (ioctl(listener_, SECCOMP_IOCTL_NOTIF_SEND, response_.data()) == 0) {
    Keep(process, program, answer);
  }
  return true;
}

void Supervisor::Keep(pid_t process, const std::string& program, const Answer& answer) {
  if (answer.why) record_.Refuse(*answer.why, answer.what, program);
  if (answer.begins == Answer::Begins::kProcess) record_.ProcessBegins(program);
  if (answer.begins != Answer::Begins::kProgram) return;
  if (process == program_ && !program_began_) {
    program_began_ = true;
  } else {
    record_.ProgramStarts(process, program, answer.what);
  }
}

Supervisor::Answer Supervisor::Answer::Refuse(int error, Refused why, std::string what) {
  return {.error = error, .why = why, .what = std::move(what)};
}

Supervisor::Answer Supervisor::Decide(const seccomp_notif& call) {
  const auto process = static_cast<pid_t>(call.pid);
  const auto& arguments = call.data.args;
  const auto folder = static_cast<int>(arguments[0]);
  if (call.data.arch != AUDIT_ARCH_X86_64 || (call.data.nr & kX32) != 0) {
    return Answer::Refuse(ENOSYS, Refused::kCall32, "");
  }
  switch (call.data.nr) {
    case SYS_connect:
      return DecideAddress(process, arguments[1], arguments[2]);
    case SYS_sendto:
      return DecideAddress(process, arguments[4], arguments[5]);
    case SYS_sendmsg:
      return DecideMessages(process, arguments[1], 1, sizeof(msghdr));
    case SYS_sendmmsg:
      return DecideMessages(process, arguments[1], arguments[2] & 0xffffffff, sizeof(mmsghdr));
    case SYS_fork:
    case SYS_vfork:
    case SYS_clone:
    case SYS_clone3:
      return DecideNewProcess(call);
    case SYS_execve:
      return DecideExec(process, AT_FDCWD, arguments[0], false);
    case SYS_execveat:
      return DecideExec(process, folder, arguments[1], (arguments[4] & AT_EMPTY_PATH) != 0);
    case SYS_open:
    case SYS_creat:
    case SYS_truncate:
      return DecideFile(process, AT_FDCWD, arguments[0], true);
    case SYS_openat:
    case SYS_openat2:
      return DecideFile(process, folder, arguments[1], true);
    case SYS_unlink:
    case SYS_rename:
      return DecideFile(process, AT_FDCWD, arguments[0], false);
    case SYS_unlinkat:
    case SYS_renameat:
    case SYS_renameat2:
      return DecideFile(process, folder, arguments[1], false);
    case SYS_io_uring_setup:
      return Answer::Refuse(ENOSYS, Refused::kIoUring, "");
    default:
      return {};
  }
}

Supervisor::Answer Supervisor::DecideAddress(pid_t process, uint64_t address, uint64_t size) {
  size &= 0xffffffff;  // a socklen_t; the kernel ignores the rest of the register
  if (address == 0 || size <= sizeof(sa_family_t) || size > sizeof(sockaddr_storage)) return {};
  sockaddr_un name = {};
  size = std::min<uint64_t>(size, sizeof name);
  const MemoryRead read = ReadMemory(process, address, &name, size);
  if (read == MemoryRead::kNotAllowed) {
    return Answer::Refuse(ECONNREFUSED, Refused::kUnreadable, "");
  }
  // What is not mapped the kernel cannot read either.
  if (read == MemoryRead::kNotMapped || name.sun_family != AF_UNIX) return {};
  const std::string path(name.sun_path, size - offsetof(sockaddr_un, sun_path));
  if (path[0] == '\0') {
    const auto service = ServiceOfAbstractName(std::string_view(path).substr(1));
    if (!service) return {};
    return Answer::Refuse(ECONNREFUSED, Refused::kConnection, *service);
  }
  const std::string given = path.substr(0, path.find('\0'));
  const std::string resolved = ResolveFor(process, AT_FDCWD, given, true);
  if (!ServiceOfSocketPath(resolved) && !ServiceOfSocketPath(given)) return {};
  return Answer::Refuse(ECONNREFUSED, Refused::kConnection, resolved.empty() ? given : resolved);
}

// Of several messages one that reaches for a service is enough to refuse all of them.
Supervisor::Answer Supervisor::DecideMessages(pid_t process, uint64_t messages, uint64_t count,
                                              size_t stride) {
  for (uint64_t i = 0; i < std::min(count, kMaxMessages); ++i) {
    // A mmsghdr begins with its msghdr.
    msghdr message = {};
    const MemoryRead read = ReadMemory(process, messages + i * stride, &message, sizeof message);
    if (read == MemoryRead::kNotMapped) return {};
    if (read == MemoryRead::kNotAllowed) {
      return Answer::Refuse(ECONNREFUSED, Refused::kUnreadable, "");
    }
    Answer answer =
        DecideAddress(process, reinterpret_cast<uint64_t>(message.msg_name), message.msg_namelen);
    if (answer.error != 0) return answer;
  }
  return {};
}

Supervisor::Answer Supervisor::DecideFile(pid_t process, int folder, uint64_t address,
                                          bool follow) {
  std::string path;
  const MemoryRead read = ReadString(process, address, path);
  if (read == MemoryRead::kNotMapped) return {};
  if (read == MemoryRead::kNotAllowed) return Answer::Refuse(EACCES, Refused::kUnreadable, "");
  std::string resolved = ResolveFor(process, folder, path, follow);
  if (resolved.empty()) resolved = path;  // as it is called, where more cannot be seen
  if (!IsLibqbFile(resolved, shm_)) return {};
  // What the run itself started may serve each other.
  if (IsDescendant(ServerOfLibqbFile(resolved), getpid())) return {};
  return Answer::Refuse(EACCES, Refused::kFile, std::move(resolved));
}

Supervisor::Answer Supervisor::DecideExec(pid_t process, int folder, uint64_t address,
                                          bool empty_path) {
  std::string path;
  Answer answer;
  if (ReadString(process, address, path) != MemoryRead::kOk) return answer;
  if (path.empty() && empty_path) {
    path = "/proc/" + std::to_string(process) + "/fd/" + std::to_string(folder);
    answer.what = ResolveFor(process, AT_FDCWD, path, true);
  } else {
    path = answer.what = ResolveFor(process, folder, path, true);
  }
  // An exec that fails starts nothing: shells try each folder of PATH.
  if (!IsExecutable(path)) return {};
  if (Is32Bit(path)) return Answer::Refuse(ENOEXEC, Refused::kProgram32, answer.what);
  answer.begins = Answer::Begins::kProgram;
  return answer;
}

Supervisor::Answer Supervisor::DecideNewProcess(const seccomp_notif& call) {
  if (call.data.nr == SYS_clone3) {
    uint64_t flags = 0;  // the first field of clone_args
    const auto read =
        ReadMemory(static_cast<pid_t>(call.pid), call.data.args[0], &flags, sizeof flags);
    if (read == MemoryRead::kOk && (flags & CLONE_THREAD) != 0) return {};
  }
  Answer answer;
  answer.begins = Answer::Begins::kProcess;
  return answer;
}

}  // namespace cmapsim
