// The table of interposed calls: every function of the C library that client code on the virtual
// host may call and that touches a descriptor, shared memory, time, a process, a signal or a
// thread.
//
// A call that acts on client code has a row, its definition in interpose_*.cc, and nothing else.
// calls_test holds the table to the definitions. What a target imports is compared with it
// (imports.h), and an import without a row is said.
//
// Dispositions:
//   kEmulated  carried out by the virtual host, never by the kernel, where virtual objects or virtual time are concerned
//   kArena     memory, from the arena
//   kSwallowed does nothing (logging)
//   kEnds      ends the run
#pragma once

#include <cstdint>

namespace cmapsim {

enum class CallDisposition : uint8_t { kEmulated, kArena, kSwallowed, kEnds };

// clang-format off
#define CMAPSIM_CALLS(X)                  \
  X(socket,              kEmulated)       \
  X(connect,             kEmulated)       \
  X(bind,                kEmulated)       \
  X(send,                kEmulated)       \
  X(sendto,              kEmulated)       \
  X(sendmsg,             kEmulated)       \
  X(recv,                kEmulated)       \
  X(__recv_chk,          kEmulated)       \
  X(recvfrom,            kEmulated)       \
  X(__recvfrom_chk,      kEmulated)       \
  X(recvmsg,             kEmulated)       \
  X(read,                kEmulated)       \
  X(__read_chk,          kEmulated)       \
  X(write,               kEmulated)       \
  X(readv,               kEmulated)       \
  X(writev,              kEmulated)       \
  X(shutdown,            kEmulated)       \
  X(close,               kEmulated)       \
  X(getsockopt,          kEmulated)       \
  X(setsockopt,          kEmulated)       \
  X(getsockname,         kEmulated)       \
  X(fcntl,               kEmulated)       \
  X(fcntl64,             kEmulated)       \
  X(poll,                kEmulated)       \
  X(__poll_chk,          kEmulated)       \
  X(ppoll,               kEmulated)       \
  X(__ppoll_chk,         kEmulated)       \
  X(select,              kEmulated)       \
  X(pselect,             kEmulated)       \
  X(epoll_create,        kEmulated)       \
  X(epoll_create1,       kEmulated)       \
  X(epoll_ctl,           kEmulated)       \
  X(epoll_wait,          kEmulated)       \
  X(epoll_pwait,         kEmulated)       \
  X(open,                kEmulated)       \
  X(open64,              kEmulated)       \
  X(__open_2,            kEmulated)       \
  X(__open64_2,          kEmulated)       \
  X(openat,              kEmulated)       \
  X(stat,                kEmulated)       \
  X(stat64,              kEmulated)       \
  X(__xstat,             kEmulated)       \
  X(__xstat64,           kEmulated)       \
  X(ftruncate,           kEmulated)       \
  X(ftruncate64,         kEmulated)       \
  X(truncate,            kEmulated)       \
  X(posix_fallocate,     kEmulated)       \
  X(posix_fallocate64,   kEmulated)       \
  X(unlink,              kEmulated)       \
  X(unlinkat,            kEmulated)       \
  X(rmdir,               kEmulated)       \
  X(mmap,                kEmulated)       \
  X(mmap64,              kEmulated)       \
  X(munmap,              kEmulated)       \
  X(sem_init,            kEmulated)       \
  X(sem_destroy,         kEmulated)       \
  X(sem_post,            kEmulated)       \
  X(sem_wait,            kEmulated)       \
  X(sem_trywait,         kEmulated)       \
  X(sem_timedwait,       kEmulated)       \
  X(sem_clockwait,       kEmulated)       \
  X(sem_getvalue,        kEmulated)       \
  X(pthread_mutex_lock,  kEmulated)       \
  X(pthread_create,      kEmulated)       \
  X(pthread_join,        kEmulated)       \
  X(pthread_detach,      kEmulated)       \
  X(pthread_exit,        kEmulated)       \
  X(pthread_cancel,      kEmulated)       \
  X(pthread_mutex_trylock, kEmulated)       \
  X(pthread_mutex_timedlock, kEmulated)       \
  X(pthread_mutex_clocklock, kEmulated)       \
  X(pthread_mutex_unlock, kEmulated)       \
  X(pthread_cond_wait,   kEmulated)       \
  X(pthread_cond_timedwait, kEmulated)       \
  X(pthread_cond_clockwait, kEmulated)       \
  X(pthread_cond_signal, kEmulated)       \
  X(pthread_cond_broadcast, kEmulated)       \
  X(pthread_rwlock_rdlock, kEmulated)       \
  X(pthread_rwlock_timedrdlock, kEmulated)       \
  X(pthread_rwlock_wrlock, kEmulated)       \
  X(pthread_rwlock_timedwrlock, kEmulated)       \
  X(pthread_rwlock_unlock, kEmulated)       \
  X(pthread_spin_lock,   kEmulated)       \
  X(pthread_spin_unlock, kEmulated)       \
  X(pthread_barrier_wait, kEmulated)       \
  X(pthread_once,        kEmulated)       \
  X(pthread_key_create,  kEmulated)       \
  X(pthread_key_delete,  kEmulated)       \
  X(pthread_setspecific, kEmulated)       \
  X(pthread_getspecific, kEmulated)       \
  X(__cxa_thread_atexit_impl, kEmulated)       \
  X(sched_yield,         kEmulated)       \
  X(sigaction,           kEmulated)       \
  X(signal,              kEmulated)       \
  X(sigprocmask,         kEmulated)       \
  X(pthread_sigmask,     kEmulated)       \
  X(pthread_kill,        kEmulated)       \
  X(raise,               kEmulated)       \
  X(pause,               kEmulated)       \
  X(sigsuspend,          kEmulated)       \
  X(sigwait,             kEmulated)       \
  X(sigpending,          kEmulated)       \
  X(alarm,               kEmulated)       \
  X(setitimer,           kEmulated)       \
  X(clock_gettime,       kEmulated)       \
  X(clock_getres,        kEmulated)       \
  X(gettimeofday,        kEmulated)       \
  X(time,                kEmulated)       \
  X(nanosleep,           kEmulated)       \
  X(clock_nanosleep,     kEmulated)       \
  X(usleep,              kEmulated)       \
  X(sleep,               kEmulated)       \
  X(kill,                kEmulated)       \
  X(getpid,              kEmulated)       \
  X(random,              kEmulated)       \
  X(srandom,             kEmulated)       \
  X(rand,                kEmulated)       \
  X(srand,               kEmulated)       \
  X(malloc,              kArena)          \
  X(calloc,              kArena)          \
  X(realloc,             kArena)          \
  X(free,                kArena)          \
  X(memalign,            kArena)          \
  X(aligned_alloc,       kArena)          \
  X(posix_memalign,      kArena)          \
  X(malloc_usable_size,  kArena)          \
  X(syslog,              kSwallowed)      \
  X(__syslog_chk,        kSwallowed)      \
  X(vsyslog,             kSwallowed)      \
  X(openlog,             kSwallowed)      \
  X(closelog,            kSwallowed)      \
  X(exit,                kEnds)           \
  X(_exit,               kEnds)           \
  X(_Exit,               kEnds)           \
  X(quick_exit,          kEnds)

// Calls that reach the real host, knowingly: the libraries import them, and here is why no virtual
// object comes their way.
#define CMAPSIM_PASSING_CALLS(X)                                                             \
  X(accept,                  "libqb's server side")                                          \
  X(listen,                  "libqb's server side")                                          \
  X(chmod,                   "libqb's server side, on files that it made")                   \
  X(chown,                   "libqb's server side, on files that it made")                   \
  X(mkdtemp,                 "libqb's server side")                                          \
  X(umask,                   "libqb's server side")                                          \
  X(pipe,                    "libqb's main loop, for signals")                               \
  X(getrlimit,               "how many timers libqb's main loop may have")                   \
  X(socketpair,              "a trial of what unix sockets can hold, undone at once")        \
  X(fopen,                   "libqb's log and black box, into files of the user's")          \
  X(fclose,                  "libqb's log and black box, into files of the user's")          \
  X(fdatasync,               "libqb's log and black box, into files of the user's")          \
  X(fstat,                   "libqb's log and black box, into files of the user's")          \
  X(lseek,                   "libqb's log and black box, into files of the user's")          \
  X(mkstemp,                 "libqb's black box, and rings that libqb's server side makes")  \
  X(gethostname,             "the log's name of the host")                                   \
  X(sd_journal_send,         "libqb's log, into the journal where it was asked to")          \
  X(sysconf,                 "sizes of the machine: pages, processors")                      \
  X(pthread_setschedparam,   "libqb's log thread")                                           \
  X(pthread_mutex_init,      "memory of the caller's own")                                   \
  X(pthread_mutex_destroy,   "memory of the caller's own")                                   \
  X(pthread_rwlock_init,     "memory of the caller's own")                                   \
  X(pthread_rwlock_destroy,  "memory of the caller's own")                                   \
  X(pthread_spin_init,       "memory of the caller's own")                                   \
  X(pthread_spin_destroy,    "memory of the caller's own")                                   \
  X(pthread_spin_trylock,    "never waits")
// clang-format on

}  // namespace cmapsim
