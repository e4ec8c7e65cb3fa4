// The C library's own functions, past our definitions of the same names.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <syslog.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace cmapsim {

// clang-format off
#define CMAPSIM_REAL_CALLS(X)                                                                          \
  X(socket) X(connect) X(bind) X(send) X(sendto) X(sendmsg) X(recv) X(recvfrom) X(recvmsg) X(read)     \
  X(write) X(readv) X(writev) X(shutdown) X(close) X(getsockopt) X(setsockopt) X(getsockname) X(fcntl) \
  X(poll) X(ppoll) X(select) X(pselect) X(open) X(openat) X(stat) X(ftruncate) X(truncate)             \
  X(posix_fallocate) X(unlink) X(unlinkat) X(rmdir) X(mmap) X(munmap) X(sem_init) X(sem_destroy)       \
  X(sem_post) X(sem_wait) X(sem_trywait) X(sem_timedwait) X(sem_clockwait) X(sem_getvalue)             \
  X(pthread_mutex_lock) X(pthread_mutex_trylock) X(pthread_mutex_timedlock) X(pthread_mutex_clocklock) \
  X(pthread_mutex_unlock) X(pthread_cond_wait) X(pthread_cond_timedwait) X(pthread_cond_clockwait)     \
  X(pthread_cond_signal) X(pthread_cond_broadcast) X(pthread_rwlock_rdlock) X(pthread_rwlock_wrlock)   \
  X(pthread_rwlock_tryrdlock) X(pthread_rwlock_trywrlock) X(pthread_rwlock_timedrdlock)                \
  X(pthread_rwlock_timedwrlock) X(pthread_rwlock_unlock) X(pthread_spin_lock) X(pthread_spin_trylock)  \
  X(pthread_spin_unlock) X(pthread_barrier_wait) X(pthread_once) X(pthread_create) X(pthread_join)     \
  X(pthread_detach) X(pthread_exit) X(pthread_cancel) X(pthread_kill) X(pthread_sigmask)               \
  X(pthread_key_create) X(pthread_key_delete) X(pthread_setspecific) X(pthread_getspecific)            \
  X(sched_yield) X(sigaction) X(signal) X(raise) X(sigprocmask) X(sigsuspend) X(pause) X(alarm) X(setitimer)        \
  X(sigwait) X(sigpending)        \
  X(clock_gettime) X(clock_getres) X(time) X(timespec_get) X(clock) X(times) X(nanosleep)              \
  X(clock_nanosleep) X(usleep) X(sleep) X(kill) X(getpid) X(random) X(srandom) X(rand) X(srand)        \
  X(openlog) X(closelog) X(exit) X(_exit) X(quick_exit)                                                 \
  X(dup) X(dup2) X(dup3) X(pipe) X(pipe2) X(socketpair) X(ioctl) X(getpeername) X(eventfd) X(eventfd_read)    \
  X(eventfd_write) X(timerfd_create) X(timerfd_settime) X(timerfd_gettime) X(signalfd) X(epoll_create)        \
  X(epoll_create1) X(epoll_ctl) X(epoll_wait) X(epoll_pwait) X(epoll_pwait2) X(sigtimedwait) X(sigwaitinfo)   \
  X(fork) X(posix_spawn) X(posix_spawnp) X(fstat) X(lseek)                                                    \
  X(mkostemps) X(mkdtemp) X(mkdirat) X(fstatat) X(statx) X(faccessat) X(remove) X(renameat2) X(fchmod)        \
  X(fchmodat) X(fchown) X(fchownat) X(opendir) X(fdopendir) X(readdir) X(closedir) X(rewinddir) X(telldir)    \
  X(seekdir) X(dirfd) X(scandir)
// clang-format on

struct RealCalls {
#define CMAPSIM_X(name) decltype(&::name) name = nullptr;
  CMAPSIM_REAL_CALLS(CMAPSIM_X)
#undef CMAPSIM_X
  int (*gettimeofday)(struct timeval*, void*) = nullptr;
  int (*__cxa_thread_atexit_impl)(void (*)(void*), void*, void*) = nullptr;
  int (*readdir_r)(DIR*, struct dirent*,
                   struct dirent**) = nullptr;  // which its header calls outdated
  void (*vsyslog)(int, const char*, __builtin_va_list) = nullptr;
};

// Looked up once, before main where possible.
[[nodiscard]] const RealCalls& Real();

}  // namespace cmapsim
