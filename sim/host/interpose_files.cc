// Files, mappings and semaphores: the interposed calls. See calls.h.
#include <cstdarg>
#include <cstring>

#include "sim/host/file_calls.h"
#include "sim/host/interpose.h"
#include "sim/host/real_calls.h"

namespace cmapsim {
namespace {

bool Virtual(int fd) { return InClient() && Descriptors::InRange(fd); }
bool Virtual(const char* path) { return InClient() && path != nullptr && IsVirtualPath(path); }

// A host line with a path in it: a path of the virtual host depends on the plan alone.
int ReturnPath(HostCall& call, std::string_view name, const char* path, int result) {
  if (TraceWriter* line = call.host.Line(name)) line->Word(path).Field("result", result).End();
  return call.Leave(result);
}

int OpenVirtual(const char* path, int flags) {
  HostCall call;
  return ReturnPath(call, "open", path, OpenFile(call.host, path, flags));
}

template <typename Stat>
int StatVirtual(const char* path, Stat* out) {
  HostCall call;
  size_t size = 0;
  const int result = FindFileSize(call.host, path, size);
  if (result == 0) {
    std::memset(out, 0, sizeof *out);
    out->st_mode = S_IFREG | 0600;
    out->st_size = static_cast<off_t>(size);
  }
  return ReturnPath(call, "stat", path, result);
}

// A semaphore's count, in the place where the C library has it. The virtual host has no threads
// that could race for it.
int32_t& Count(sem_t* semaphore) { return *reinterpret_cast<int32_t*>(semaphore); }

int WaitSemaphore(const char* name, sem_t* semaphore, Nanos deadline_ns, bool wait) {
  HostCall call;
  const auto ready = [semaphore] { return Count(semaphore) > 0; };
  int result = 0;
  if (!ready()) {
    if (!wait) {
      result = -EAGAIN;
    } else if (!call.host.WaitUntil(deadline_ns, ready, name)) {
      result = -ETIMEDOUT;
    }
  }
  if (result == 0) {
    --Count(semaphore);
    call.host.Progress();
  }
  if (TraceWriter* line = call.host.Line(name)) line->Field("result", result).End();
  return call.Leave(result);
}

Nanos Deadline(clockid_t clock, const struct timespec& t) {
  const Nanos start_ns = clock == CLOCK_REALTIME ? kRealtimeStart : kMonotonicStart;
  return t.tv_sec * kSecond + t.tv_nsec - start_ns;
}

}  // namespace
}  // namespace cmapsim

using namespace cmapsim;  // NOLINT(google-build-using-namespace): what follows are the C library's names

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return Virtual(path) ? OpenVirtual(path, flags) : Real().open(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return open(path, flags, mode);
}

int __open_2(const char* path, int flags) { return open(path, flags, 0); }
int __open64_2(const char* path, int flags) { return open(path, flags, 0); }

int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return Virtual(path) ? OpenVirtual(path, flags) : Real().openat(folder, path, flags, mode);
}

int stat(const char* path, struct stat* out) noexcept {
  return Virtual(path) ? StatVirtual(path, out) : Real().stat(path, out);
}

int stat64(const char* path, struct stat64* out) noexcept {
  if (Virtual(path)) return StatVirtual(path, out);
  return Real().stat(path, reinterpret_cast<struct stat*>(out));  // the same structure on x86-64
}

int __xstat(int, const char* path, struct stat* out) noexcept { return stat(path, out); }
int __xstat64(int, const char* path, struct stat64* out) noexcept { return stat64(path, out); }

int ftruncate(int fd, off_t size) noexcept {
  if (!Virtual(fd)) return Real().ftruncate(fd, size);
  HostCall call;
  return call.Return("ftruncate", fd, ResizeFile(call.host, fd, size));
}

int ftruncate64(int fd, off64_t size) noexcept { return ftruncate(fd, size); }

int truncate(const char* path, off_t size) noexcept {
  if (!Virtual(path)) return Real().truncate(path, size);
  HostCall call;
  size_t now = 0;
  return ReturnPath(call, "truncate", path, FindFileSize(call.host, path, now));
}

// Returns the error and leaves errno alone.
int posix_fallocate(int fd, off_t offset, off_t size) {
  if (!Virtual(fd)) return Real().posix_fallocate(fd, offset, size);
  HostCall call;
  const int error = -ResizeFile(call.host, fd, offset + size);
  call.Return("posix_fallocate", fd, 0);
  return error;
}

int posix_fallocate64(int fd, off64_t offset, off64_t size) {
  return posix_fallocate(fd, offset, size);
}

int unlink(const char* path) noexcept {
  if (!Virtual(path)) return Real().unlink(path);
  HostCall call;
  return ReturnPath(call, "unlink", path, UnlinkFile(call.host, path));
}

int unlinkat(int folder, const char* path, int flags) noexcept {
  if (!Virtual(path)) return Real().unlinkat(folder, path, flags);
  return unlink(path);
}

int rmdir(const char* path) noexcept {
  if (!Virtual(path)) return Real().rmdir(path);
  HostCall call;
  return ReturnPath(call, "rmdir", path, RemoveFolder(call.host, path));
}

void* mmap(void* address, size_t size, int protection, int flags, int fd, off_t offset) noexcept {
  if (!InClient()) return Real().mmap(address, size, protection, flags, fd, offset);
  HostCall call;
  const ssize_t result = MapMemory(call.host, address, size, protection, flags, fd, offset);
  if (TraceWriter* line = call.host.Line("mmap")) {
    line->Int(fd)
        .Field("size", static_cast<int64_t>(size))
        .Word(result < 0 ? "failed" : "mapped")
        .End();
  }
  const ssize_t left = call.Leave(result);
  return left == -1 ? MAP_FAILED : reinterpret_cast<void*>(left);
}

void* mmap64(void* address, size_t size, int protection, int flags, int fd,
             off64_t offset) noexcept {
  return mmap(address, size, protection, flags, fd, offset);
}

int munmap(void* address, size_t size) noexcept {
  if (!InClient()) return Real().munmap(address, size);
  HostCall call;
  return call.Return("munmap", static_cast<int64_t>(size), UnmapMemory(call.host, address, size));
}

int sem_init(sem_t* semaphore, int shared, unsigned value) noexcept {
  if (!InClient()) return Real().sem_init(semaphore, shared, value);
  std::memset(semaphore, 0, sizeof *semaphore);
  Count(semaphore) = static_cast<int32_t>(value);
  return 0;
}

int sem_destroy(sem_t* semaphore) noexcept {
  return InClient() ? 0 : Real().sem_destroy(semaphore);
}

int sem_post(sem_t* semaphore) noexcept {
  if (!InClient()) return Real().sem_post(semaphore);
  HostCall call;
  return call.Return("sem_post", ++Count(semaphore), 0);
}

int sem_wait(sem_t* semaphore) {
  return InClient() ? WaitSemaphore("sem_wait", semaphore, kForever, true)
                    : Real().sem_wait(semaphore);
}

int sem_trywait(sem_t* semaphore) noexcept {
  return InClient() ? WaitSemaphore("sem_trywait", semaphore, 0, false)
                    : Real().sem_trywait(semaphore);
}

int sem_timedwait(sem_t* semaphore, const struct timespec* until) {
  if (!InClient()) return Real().sem_timedwait(semaphore, until);
  return WaitSemaphore("sem_timedwait", semaphore, Deadline(CLOCK_REALTIME, *until), true);
}

int sem_clockwait(sem_t* semaphore, clockid_t clock, const struct timespec* until) {
  if (!InClient()) return Real().sem_clockwait(semaphore, clock, until);
  return WaitSemaphore("sem_clockwait", semaphore, Deadline(clock, *until), true);
}

int sem_getvalue(sem_t* semaphore, int* value) noexcept {
  if (!InClient()) return Real().sem_getvalue(semaphore, value);
  HostCall call;
  *value = Count(semaphore);
  return call.Return("sem_getvalue", *value, 0);
}

}  // extern "C"
