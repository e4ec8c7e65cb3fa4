// The C library's own functions, past our definitions of the same names.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <syslog.h>
#include <unistd.h>

#include <csignal>
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
  X(pthread_mutex_lock) X(clock_gettime) X(clock_getres) X(time) X(nanosleep)                          \
  X(clock_nanosleep) X(usleep) X(sleep) X(kill) X(getpid) X(random) X(srandom) X(rand) X(srand)        \
  X(openlog) X(closelog) X(exit) X(_exit) X(quick_exit)
// clang-format on

struct RealCalls {
#define CMAPSIM_X(name) decltype(&::name) name = nullptr;
  CMAPSIM_REAL_CALLS(CMAPSIM_X)
#undef CMAPSIM_X
  int (*gettimeofday)(struct timeval*, void*) = nullptr;
  void (*vsyslog)(int, const char*, __builtin_va_list) = nullptr;
};

// Looked up once, before main where possible.
[[nodiscard]] const RealCalls& Real();

}  // namespace cmapsim
