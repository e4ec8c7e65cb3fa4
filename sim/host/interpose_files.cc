// Descriptors of files, mappings and semaphores: the interposed calls. See calls.h; calls on paths are in
// interpose_paths.cc.
#include <cstdarg>
#include <cstring>

#include "sim/host/descriptor_calls.h"
#include "sim/host/file_calls.h"
#include "sim/host/interpose.h"
#include "sim/host/path_file.h"
#include "sim/host/real_calls.h"

namespace cmapsim {
namespace {

// A semaphore's count, in the place where the C library has it. The virtual host has no threads
// that could race for it.
int32_t& Count(sem_t* semaphore) { return *reinterpret_cast<int32_t*>(semaphore); }

// The semaphores' calls. `deadline_ns` of a trywait is 0.
template <typename RealCall>
int WaitSemaphore(LibcCall id, sem_t* semaphore, Nanos deadline_ns, RealCall real) {
  if (t_client == ClientWorld::kNone) return real(0);
  if (t_client == ClientWorld::kReal) return OnRealHost(id, real);
  HostCall call(id);
  const auto ready = [semaphore] { return Count(semaphore) > 0; };
  int result = -call.struck.error;
  if (result == 0 && !ready()) {
    if (id == LibcCall::sem_trywait) {
      result = -EAGAIN;
    } else {
      const Woken woken =
          call.host.WaitUntil(deadline_ns, ready, LibcCallName(id).data(), OnSignal::kRestart);
      if (woken == Woken::kTimeout) result = -ETIMEDOUT;
      if (woken == Woken::kInterrupted) result = -EINTR;
    }
  }
  if (result == 0) {
    --Count(semaphore);
    call.host.Progress();
  }
  if (TraceWriter* line = call.host.Line(LibcCallName(id))) line->Field("result", result).End();
  return call.Leave(result);
}

// In virtual time. Only for client code on the virtual host.
Nanos Deadline(clockid_t clock, const struct timespec& t) {
  if (!InClient()) return 0;
  const Nanos start_ns = clock == CLOCK_REALTIME ? CurrentHost()->RealtimeStart() : kMonotonicStart;
  return t.tv_sec * kSecond + t.tv_nsec - start_ns;
}

}  // namespace
}  // namespace cmapsim

using namespace cmapsim;  // NOLINT(google-build-using-namespace): what follows are the C library's names

extern "C" {

int fstat(int fd, struct stat* out) noexcept {
  return OnDescriptor(
      LibcCall::fstat, fd, [&](HostCall& call) { return StatDescriptor(call.host, fd, out); },
      [&](size_t) { return Real().fstat(fd, out); });
}

int fstat64(int fd, struct stat64* out) noexcept {
  return fstat(fd, reinterpret_cast<struct stat*>(out));
}
int __fxstat(int, int fd, struct stat* out) noexcept { return fstat(fd, out); }
int __fxstat64(int, int fd, struct stat64* out) noexcept { return fstat64(fd, out); }

// Nothing virtual has a place in it; a folder's is where it begins.
off_t lseek(int fd, off_t offset, int whence) noexcept {
  return OnDescriptor(
      LibcCall::lseek, fd,
      [&](HostCall& call) -> off_t {
        const Descriptor* const d = call.host.descriptors().Find(fd);
        if (d == nullptr) return -EBADF;
        const PathFile* const path = d->object == nullptr ? nullptr : d->object->AsPath();
        if (path == nullptr) return -ESPIPE;
        if (path->only_path()) return -EBADF;
        return offset == 0 && (whence == SEEK_SET || whence == SEEK_CUR) ? 0 : -EINVAL;
      },
      [&](size_t) { return Real().lseek(fd, offset, whence); });
}
off64_t lseek64(int fd, off64_t offset, int whence) noexcept { return lseek(fd, offset, whence); }

int ftruncate(int fd, off_t size) noexcept {
  return OnDescriptor(
      LibcCall::ftruncate, fd,
      [&](HostCall& call) { return ResizeFile(call.host, fd, size, false); },
      [&](size_t) { return Real().ftruncate(fd, size); });
}

int ftruncate64(int fd, off64_t size) noexcept { return ftruncate(fd, size); }

// Returns the error and leaves errno alone.
int posix_fallocate(int fd, off_t offset, off_t size) {
  const int before = errno;
  const int result = OnDescriptor(
      LibcCall::posix_fallocate, fd,
      [&](HostCall& call) { return ResizeFile(call.host, fd, offset + size, true); },
      [&](size_t) {
        const int error = Real().posix_fallocate(fd, offset, size);
        errno = error;
        return error == 0 ? 0 : -1;
      });
  const int error = result == 0 ? 0 : errno;
  errno = before;
  return error;
}

int posix_fallocate64(int fd, off64_t offset, off64_t size) {
  return posix_fallocate(fd, offset, size);
}

void* mmap(void* address, size_t size, int protection, int flags, int fd, off_t offset) noexcept {
  const auto real = [&](size_t) {
    void* const p = Real().mmap(address, size, protection, flags, fd, offset);
    return static_cast<ssize_t>(reinterpret_cast<uintptr_t>(p));  // MAP_FAILED is -1
  };
  ssize_t result = 0;
  if (t_client == ClientWorld::kNone) {
    result = real(0);
  } else if (t_client == ClientWorld::kReal) {
    result = OnRealHost(LibcCall::mmap, real);
  } else {
    HostCall call(LibcCall::mmap);
    result = call.struck.error != 0
                 ? -call.struck.error
                 : MapMemory(call.host, address, size, protection, flags, fd, offset);
    if (TraceWriter* line = call.host.Line("mmap")) {
      line->Int(fd)
          .Field("size", static_cast<int64_t>(size))
          .Word(result < 0 ? "failed" : "mapped")
          .End();
    }
    result = call.Leave(result);
  }
  return reinterpret_cast<void*>(result);
}

void* mmap64(void* address, size_t size, int protection, int flags, int fd,
             off64_t offset) noexcept {
  return mmap(address, size, protection, flags, fd, offset);
}

int munmap(void* address, size_t size) noexcept {
  return OnHost(
      LibcCall::munmap, static_cast<int64_t>(size),
      [&](HostCall& call) { return UnmapMemory(call.host, address, size); },
      [&](size_t) { return Real().munmap(address, size); });
}

int sem_init(sem_t* semaphore, int shared, unsigned value) noexcept {
  return OnHost(
      LibcCall::sem_init, value,
      [&](HostCall&) {
        std::memset(semaphore, 0, sizeof *semaphore);
        Count(semaphore) = static_cast<int32_t>(value);
        return 0;
      },
      [&](size_t) { return Real().sem_init(semaphore, shared, value); });
}

int sem_destroy(sem_t* semaphore) noexcept {
  return OnHost(
      LibcCall::sem_destroy, 0, [](HostCall&) { return 0; },
      [&](size_t) { return Real().sem_destroy(semaphore); });
}

int sem_post(sem_t* semaphore) noexcept {
  return OnHost(
      LibcCall::sem_post, Count(semaphore),
      [&](HostCall&) {
        ++Count(semaphore);
        return 0;
      },
      [&](size_t) { return Real().sem_post(semaphore); });
}

int sem_wait(sem_t* semaphore) {
  return WaitSemaphore(LibcCall::sem_wait, semaphore, kForever,
                       [&](size_t) { return Real().sem_wait(semaphore); });
}

int sem_trywait(sem_t* semaphore) noexcept {
  return WaitSemaphore(LibcCall::sem_trywait, semaphore, 0,
                       [&](size_t) { return Real().sem_trywait(semaphore); });
}

int sem_timedwait(sem_t* semaphore, const struct timespec* until) {
  return WaitSemaphore(LibcCall::sem_timedwait, semaphore, Deadline(CLOCK_REALTIME, *until),
                       [&](size_t) { return Real().sem_timedwait(semaphore, until); });
}

int sem_clockwait(sem_t* semaphore, clockid_t clock, const struct timespec* until) {
  return WaitSemaphore(LibcCall::sem_timedwait, semaphore, Deadline(clock, *until),
                       [&](size_t) { return Real().sem_clockwait(semaphore, clock, until); });
}

int sem_getvalue(sem_t* semaphore, int* value) noexcept {
  return OnHost(
      LibcCall::sem_getvalue, Count(semaphore),
      [&](HostCall&) {
        *value = Count(semaphore);
        return 0;
      },
      [&](size_t) { return Real().sem_getvalue(semaphore, value); });
}

}  // extern "C"
