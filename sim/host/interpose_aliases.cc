// The C library's other public names for calls of the table, each the same call. See calls.h.
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <syslog.h>
#include <unistd.h>

#include <csignal>
#include <cstdarg>
#include <ctime>

extern "C" {

int __connect(int fd, const struct sockaddr* address, socklen_t size) {
  return connect(fd, address, size);
}
ssize_t __send(int fd, const void* bytes, size_t size, int flags) {
  return send(fd, bytes, size, flags);
}
ssize_t __read(int fd, void* out, size_t size) { return read(fd, out, size); }
ssize_t __write(int fd, const void* bytes, size_t size) { return write(fd, bytes, size); }
int __close(int fd) { return close(fd); }
int __poll(struct pollfd* fds, nfds_t count, int timeout_ms) {
  return poll(fds, count, timeout_ms);
}
int __select(int count, fd_set* read, fd_set* write, fd_set* except, struct timeval* timeout) {
  return select(count, read, write, except, timeout);
}
int __dup2(int fd, int at) noexcept { return dup2(fd, at); }
pid_t __fork() noexcept { return fork(); }
pid_t __vfork() noexcept { return fork(); }
int truncate64(const char* path, off64_t size) noexcept { return truncate(path, size); }
int __pipe(int fds[2]) noexcept { return pipe(fds); }
off_t __lseek(int fd, off_t offset, int whence) noexcept { return lseek(fd, offset, whence); }
int __nanosleep(const struct timespec* duration, struct timespec* left) {
  return nanosleep(duration, left);
}
int __gettimeofday(struct timeval* out, void* zone) noexcept { return gettimeofday(out, zone); }
pid_t __getpid() { return getpid(); }
int __sigaction(int signal, const struct sigaction* action, struct sigaction* old) {
  return sigaction(signal, action, old);
}
int __sigsuspend(const sigset_t* mask) { return sigsuspend(mask); }
int __sched_yield() { return sched_yield(); }
int __pthread_mutex_lock(pthread_mutex_t* mutex) noexcept { return pthread_mutex_lock(mutex); }
int __pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
  return pthread_mutex_trylock(mutex);
}
int __pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept { return pthread_mutex_unlock(mutex); }
int __pthread_rwlock_rdlock(pthread_rwlock_t* lock) noexcept { return pthread_rwlock_rdlock(lock); }
int __pthread_rwlock_wrlock(pthread_rwlock_t* lock) noexcept { return pthread_rwlock_wrlock(lock); }
int __pthread_rwlock_unlock(pthread_rwlock_t* lock) noexcept { return pthread_rwlock_unlock(lock); }
int __pthread_once(pthread_once_t* once, void (*routine)()) { return pthread_once(once, routine); }
int __pthread_key_create(pthread_key_t* key, void (*destructor)(void*)) noexcept {
  return pthread_key_create(key, destructor);
}
int __pthread_setspecific(pthread_key_t key, const void* value) noexcept {
  return pthread_setspecific(key, value);
}
void* __pthread_getspecific(pthread_key_t key) noexcept { return pthread_getspecific(key); }

int __fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  const long argument = va_arg(arguments, long);
  va_end(arguments);
  return fcntl(fd, command, argument);
}

int __open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return open(path, flags, mode);
}

int __open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return open(path, flags, mode);
}

int openat64(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return openat(folder, path, flags, mode);
}

int __openat_2(int folder, const char* path, int flags) { return openat(folder, path, flags, 0); }
int __openat64_2(int folder, const char* path, int flags) { return openat(folder, path, flags, 0); }

void __vsyslog_chk(int priority, int, const char* format, va_list arguments) {
  vsyslog(priority, format, arguments);
}

}  // extern "C"
