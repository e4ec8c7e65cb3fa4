#include "tools/commands/isolation/namespaces.h"

#include <dirent.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

#include "tools/commands/isolation/cluster_names.h"

namespace cmapsim {
namespace {

using Outcome = tl::expected<void, std::string>;

constexpr char kShm[] = "/dev/shm";
// Of the machine's /dev/shm as many folders and programs are kept.
constexpr size_t kMaxKept = 256;

tl::unexpected<std::string> Failed(const std::string& what) {
  return tl::make_unexpected(what + ": " + std::strerror(errno));
}

bool Write(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const ssize_t size = write(fd, text.data(), text.size());
  const int error = errno;
  close(fd);
  errno = error;
  return size == static_cast<ssize_t>(text.size());
}

// This process's own map, with each number mapped to itself.
std::string Identity(const char* own_map) {
  std::ifstream file(own_map);
  std::string text;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string inside;
    std::string outside;
    std::string count;
    words >> inside >> outside >> count;
    text.append(inside).append(" ").append(inside).append(" ").append(count).append("\n");
  }
  return text;
}

Outcome BringUpLoopback() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return Failed("socket for the loopback interface");
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", sizeof "lo");
  int result = ioctl(fd, SIOCGIFFLAGS, &request);
  if (result == 0) {
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    result = ioctl(fd, SIOCSIFFLAGS, &request);
  }
  const int error = errno;
  close(fd);
  errno = error;
  if (result != 0) return Failed("bringing up the loopback interface");
  return {};
}

// Folders and programs, which a caller may name; not the memory that processes share by name.
bool IsKept(int folder, const dirent& entry) {
  const std::string_view name = entry.d_name;
  struct stat status = {};
  if (name == "." || name == ".." || name.starts_with("qb-")) return false;
  if (fstatat(folder, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) return false;
  return S_ISDIR(status.st_mode) || (S_ISREG(status.st_mode) && (status.st_mode & 0111) != 0);
}

struct Kept {
  std::string name;
  bool folder;
};

std::vector<Kept> KeptIn(int shm) {
  std::vector<Kept> kept;
  const int fd = openat(shm, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(fd), &closedir);
  if (stream == nullptr) return kept;
  while (const dirent* const entry = readdir(stream.get())) {
    struct stat status = {};
    if (kept.size() < kMaxKept && IsKept(shm, *entry) &&
        fstatat(shm, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
      kept.push_back({entry->d_name, S_ISDIR(status.st_mode)});
    }
  }
  return kept;
}

// What cannot be kept is not there: whoever needs it is told so by its own error.
void Keep(int shm, const Kept& kept) {
  const std::string from = "/proc/self/fd/" + std::to_string(shm) + "/" + kept.name;
  const std::string to = std::string(kShm) + "/" + kept.name;
  if (kept.folder) {
    if (mkdir(to.c_str(), 0700) != 0) return;
  } else {
    const int fd = open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return;
    close(fd);
  }
  if (mount(from.c_str(), to.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0) return;
  kept.folder ? rmdir(to.c_str()) : unlink(to.c_str());
}

Outcome OwnSharedMemory() {
  const int shm = open(kShm, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (shm < 0) return {};  // then nobody has any
  const std::vector<Kept> kept = KeptIn(shm);
  Outcome outcome;
  if (mount("tmpfs", kShm, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") != 0) {
    outcome = Failed("mounting a tmpfs on /dev/shm");
  } else {
    for (const Kept& entry : kept) Keep(shm, entry);
  }
  close(shm);
  return outcome;
}

// A network namespace has no say over sockets that are files. Where the filter of calls works as well, it
// refuses them and tells.
Outcome HideSockets() {
  for (const std::string_view service : CorosyncServices()) {
    const std::string path = "/run/" + std::string(service);
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) continue;
    if (mount("/dev/null", path.c_str(), nullptr, MS_BIND, nullptr) != 0) {
      return Failed("hiding " + path);
    }
  }
  return {};
}

}  // namespace

int NamespaceFlags(NamespaceKind kind) {
  if (kind == NamespaceKind::kNone) return 0;
  return CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWNS | (HasOwnUsers(kind) ? CLONE_NEWUSER : 0) |
         (HasOwnProcesses(kind) ? CLONE_NEWPID : 0);
}

bool HasOwnUsers(NamespaceKind kind) {
  return kind == NamespaceKind::kOfUser || kind == NamespaceKind::kOfUserButProcesses;
}

bool HasOwnProcesses(NamespaceKind kind) {
  return kind == NamespaceKind::kAll || kind == NamespaceKind::kOfUser;
}

tl::expected<void, std::string> MapUsers(pid_t child) {
  const std::string folder = "/proc/" + std::to_string(child);
  if (Write(folder + "/uid_map", Identity("/proc/self/uid_map"))) {
    if (Write(folder + "/gid_map", Identity("/proc/self/gid_map"))) return {};
  } else {
    const std::string uid = std::to_string(geteuid());
    if (!Write(folder + "/uid_map", uid + " " + uid + " 1")) return Failed("writing uid_map");
  }
  // Without this an unprivileged process may not map its group.
  if (!Write(folder + "/setgroups", "deny") && errno != ENOENT) return Failed("writing setgroups");
  const std::string gid = std::to_string(getegid());
  if (!Write(folder + "/gid_map", gid + " " + gid + " 1")) return Failed("writing gid_map");
  return {};
}

tl::expected<void, std::string> SetUpNamespaces(NamespaceKind kind) {
  if (kind == NamespaceKind::kNone) return {};
  // Mounts made here must not appear outside; those made outside later may appear here.
  if (mount("none", "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
    return Failed("making the mounts private");
  }
  if (auto done = OwnSharedMemory(); !done) return done;
  if (auto done = HideSockets(); !done) return done;
  if (auto done = BringUpLoopback(); !done) return done;
  if (HasOwnProcesses(kind) &&
      mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
    return Failed("mounting /proc");
  }
  return {};
}

}  // namespace cmapsim
