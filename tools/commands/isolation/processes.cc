#include "tools/commands/isolation/processes.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace cmapsim {
namespace {

constexpr uint64_t kPage = 4096;

// The numbers behind a name in a status file: one for each namespace, from that of /proc inwards.
std::vector<pid_t> StatusNumbers(const std::string& folder, const std::string& name) {
  std::vector<pid_t> numbers;
  FILE* const file = std::fopen((folder + "/status").c_str(), "re");
  if (file == nullptr) return numbers;
  std::array<char, 512> line;
  while (std::fgets(line.data(), line.size(), file) != nullptr) {
    if (std::strncmp(line.data(), name.c_str(), name.size()) != 0 || line[name.size()] != ':') {
      continue;
    }
    const char* at = line.data() + name.size() + 1;
    for (char* end = nullptr;; at = end) {
      const long number = std::strtol(at, &end, 10);
      if (end == at) break;
      numbers.push_back(static_cast<pid_t>(number));
    }
    break;
  }
  std::fclose(file);
  return numbers;
}

// /proc may be that of a namespace further out (in containers that get none of their own): how many this process's own
// is further in.
size_t NamespacesFurtherIn() {
  static pid_t asked = 0;
  static size_t further_in = 0;
  if (asked == getpid()) return further_in;  // a fork can be in a namespace of its own
  asked = getpid();
  const size_t numbers = StatusNumbers("/proc/self", "NStgid").size();
  further_in = numbers == 0 ? 0 : numbers - 1;
  return further_in;
}

// Of the numbers of one process the one that this process knows it by; 0 where it does not.
pid_t OwnNumber(const std::vector<pid_t>& numbers) {
  const size_t further_in = NamespacesFurtherIn();
  return further_in < numbers.size() ? numbers[further_in] : 0;
}

// A process's number in /proc. A thread that is not its process's first is not found where that is further out.
pid_t ProcNumber(pid_t process) {
  if (NamespacesFurtherIn() == 0) return process;
  const auto pidfd = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
  if (pidfd < 0) return 0;
  const pid_t number = NumberOfPidfd(pidfd, 0);
  close(pidfd);
  return number;
}

std::string ProcFolder(pid_t process) { return "/proc/" + std::to_string(ProcNumber(process)); }

std::string ProcPath(pid_t process, const char* name) { return ProcFolder(process) + "/" + name; }

std::string ReadLink(const std::string& path) {
  std::array<char, PATH_MAX> target;
  const ssize_t size = readlink(path.c_str(), target.data(), target.size());
  return size > 0 ? std::string(target.data(), static_cast<size_t>(size)) : std::string();
}

// Where containers refuse process_vm_readv, /proc may still allow it.
MemoryRead ReadByProc(pid_t process, uint64_t address, void* to, size_t size) {
  const int fd = open(ProcPath(process, "mem").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return MemoryRead::kNotAllowed;
  const ssize_t read = pread(fd, to, size, static_cast<off_t>(address));
  close(fd);
  return read == static_cast<ssize_t>(size) ? MemoryRead::kOk : MemoryRead::kNotMapped;
}

// The path of an open O_PATH descriptor; closes it.
std::string PathOf(int fd) {
  if (fd < 0) return {};
  std::string path = ReadLink("/proc/self/fd/" + std::to_string(fd));
  close(fd);
  return path;
}

}  // namespace

MemoryRead ReadMemory(pid_t process, uint64_t address, void* to, size_t size) {
  iovec local = {to, size};
  iovec remote = {reinterpret_cast<void*>(address), size};
  const ssize_t read = process_vm_readv(process, &local, 1, &remote, 1, 0);
  if (read == static_cast<ssize_t>(size)) return MemoryRead::kOk;
  if (read >= 0 || errno == EFAULT) return MemoryRead::kNotMapped;
  return ReadByProc(process, address, to, size);
}

MemoryRead ReadString(pid_t process, uint64_t address, std::string& to) {
  to.clear();
  while (to.size() < PATH_MAX) {
    // Up to the end of a page: the next one need not be there.
    std::array<char, 256> part;
    const size_t size = std::min<uint64_t>(part.size(), kPage - address % kPage);
    if (const auto read = ReadMemory(process, address, part.data(), size);
        read != MemoryRead::kOk) {
      return read;
    }
    const size_t length = strnlen(part.data(), size);
    to.append(part.data(), length);
    if (length < size) return MemoryRead::kOk;
    address += size;
  }
  return MemoryRead::kNotMapped;
}

std::string ResolveFor(pid_t process, int folder, const std::string& path, bool follow) {
  std::string from;
  if (path.starts_with('/')) {
    from = ProcPath(process, "root");
  } else if (folder == AT_FDCWD) {
    from = ProcPath(process, "cwd/");
  } else {
    from = ProcPath(process, "fd/") + std::to_string(folder) + "/";
  }
  const std::string whole = from + path;
  const int flags = O_PATH | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW);
  if (std::string found = PathOf(open(whole.c_str(), flags)); !found.empty()) return found;
  const size_t slash = whole.rfind('/');
  std::string of_folder = PathOf(open(whole.substr(0, slash + 1).c_str(), O_PATH | O_CLOEXEC));
  if (of_folder.empty()) return {};
  return of_folder + (of_folder.ends_with('/') ? "" : "/") + whole.substr(slash + 1);
}

std::string ProgramOf(pid_t process) {
  std::string path = ReadLink(ProcPath(process, "exe"));
  return path.empty() ? "?" : path;
}

pid_t ProcessOf(pid_t thread) {
  const pid_t process = OwnNumber(StatusNumbers(ProcFolder(thread), "NStgid"));
  return process > 0 ? process : thread;
}

bool IsDescendant(pid_t process, pid_t ancestor) {
  if (process <= 0) return false;
  const pid_t sought = ProcNumber(ancestor);
  pid_t number = ProcNumber(process);
  // Bounded, since the processes of a chain can be replaced while it is walked.
  for (int i = 0; i < 1024 && number > 1; ++i) {
    const std::vector<pid_t> parent = StatusNumbers("/proc/" + std::to_string(number), "PPid");
    number = parent.empty() ? 0 : parent[0];
    if (number == sought) return true;
  }
  return false;
}

std::vector<pid_t> OwnChildren() {
  std::vector<pid_t> children;
  FILE* const file = std::fopen("/proc/thread-self/children", "re");
  if (file == nullptr) return children;
  for (int child = 0; std::fscanf(file, "%d", &child) == 1;) {
    const pid_t own = OwnNumber(StatusNumbers("/proc/" + std::to_string(child), "NStgid"));
    if (own > 0) children.push_back(own);
  }
  std::fclose(file);
  return children;
}

void EndOwnChildren() {
  for (bool reaped = true; reaped;) {
    reaped = false;
    const std::vector<pid_t> children = OwnChildren();
    for (const pid_t child : children) kill(child, SIGKILL);
    for (const pid_t child : children) reaped = waitpid(child, nullptr, __WALL) > 0 || reaped;
  }
}

pid_t NumberOfPidfd(int pidfd, pid_t otherwise) {
  const std::string path = "/proc/self/fdinfo/" + std::to_string(pidfd);
  FILE* const file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return otherwise;
  std::array<char, 128> line;
  pid_t number = otherwise;
  while (std::fgets(line.data(), line.size(), file) != nullptr) {
    if (std::sscanf(line.data(), "Pid: %d", &number) == 1) break;
  }
  std::fclose(file);
  return number;
}

}  // namespace cmapsim
