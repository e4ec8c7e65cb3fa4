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
  X(getpeername,         kEmulated)       \
  X(socketpair,          kEmulated)       \
  X(fcntl,               kEmulated)       \
  X(fcntl64,             kEmulated)       \
  X(ioctl,               kEmulated)       \
  X(dup,                 kEmulated)       \
  X(dup2,                kEmulated)       \
  X(dup3,                kEmulated)       \
  X(pipe,                kEmulated)       \
  X(pipe2,               kEmulated)       \
  X(eventfd,             kEmulated)       \
  X(eventfd_read,        kEmulated)       \
  X(eventfd_write,       kEmulated)       \
  X(timerfd_create,      kEmulated)       \
  X(timerfd_settime,     kEmulated)       \
  X(timerfd_gettime,     kEmulated)       \
  X(signalfd,            kEmulated)       \
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
  X(epoll_pwait2,        kEmulated)       \
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
  X(creat,               kEmulated)       \
  X(creat64,             kEmulated)       \
  X(mkostemp,            kEmulated)       \
  X(mkostemp64,          kEmulated)       \
  X(mkostemps,           kEmulated)       \
  X(mkostemps64,         kEmulated)       \
  X(mkstemp,             kEmulated)       \
  X(mkstemp64,           kEmulated)       \
  X(mkstemps,            kEmulated)       \
  X(mkstemps64,          kEmulated)       \
  X(mkdtemp,             kEmulated)       \
  X(mkdir,               kEmulated)       \
  X(mkdirat,             kEmulated)       \
  X(lstat,               kEmulated)       \
  X(lstat64,             kEmulated)       \
  X(__lxstat,            kEmulated)       \
  X(__lxstat64,          kEmulated)       \
  X(fstatat,             kEmulated)       \
  X(fstatat64,           kEmulated)       \
  X(__fxstatat,          kEmulated)       \
  X(__fxstatat64,        kEmulated)       \
  X(statx,               kEmulated)       \
  X(access,              kEmulated)       \
  X(eaccess,             kEmulated)       \
  X(euidaccess,          kEmulated)       \
  X(faccessat,           kEmulated)       \
  X(remove,              kEmulated)       \
  X(rename,              kEmulated)       \
  X(renameat,            kEmulated)       \
  X(renameat2,           kEmulated)       \
  X(chmod,               kEmulated)       \
  X(fchmod,              kEmulated)       \
  X(fchmodat,            kEmulated)       \
  X(chown,               kEmulated)       \
  X(lchown,              kEmulated)       \
  X(fchown,              kEmulated)       \
  X(fchownat,            kEmulated)       \
  X(opendir,             kEmulated)       \
  X(fdopendir,           kEmulated)       \
  X(readdir,             kEmulated)       \
  X(readdir64,           kEmulated)       \
  X(readdir_r,           kEmulated)       \
  X(readdir64_r,         kEmulated)       \
  X(closedir,            kEmulated)       \
  X(rewinddir,           kEmulated)       \
  X(telldir,             kEmulated)       \
  X(seekdir,             kEmulated)       \
  X(dirfd,               kEmulated)       \
  X(scandir,             kEmulated)       \
  X(scandir64,           kEmulated)       \
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
  X(sigtimedwait,        kEmulated)       \
  X(sigwaitinfo,         kEmulated)       \
  X(sigpending,          kEmulated)       \
  X(alarm,               kEmulated)       \
  X(setitimer,           kEmulated)       \
  X(clock_gettime,       kEmulated)       \
  X(clock_getres,        kEmulated)       \
  X(gettimeofday,        kEmulated)       \
  X(time,                kEmulated)       \
  X(timespec_get,        kEmulated)       \
  X(clock,               kEmulated)       \
  X(times,               kEmulated)       \
  X(nanosleep,           kEmulated)       \
  X(clock_nanosleep,     kEmulated)       \
  X(usleep,              kEmulated)       \
  X(sleep,               kEmulated)       \
  X(kill,                kEmulated)       \
  X(getpid,              kEmulated)       \
  X(fork,                kEmulated)       \
  X(vfork,               kEmulated)       \
  X(posix_spawn,         kEmulated)       \
  X(posix_spawnp,        kEmulated)       \
  X(random,              kEmulated)       \
  X(srandom,             kEmulated)       \
  X(rand,                kEmulated)       \
  X(srand,               kEmulated)       \
  X(truncate64,          kEmulated)       \
  X(__dup2,              kEmulated)       \
  X(__fork,              kEmulated)       \
  X(__vfork,             kEmulated)       \
  X(__connect,           kEmulated)       \
  X(__send,              kEmulated)       \
  X(__read,              kEmulated)       \
  X(__write,             kEmulated)       \
  X(__close,             kEmulated)       \
  X(__poll,              kEmulated)       \
  X(__select,            kEmulated)       \
  X(__pipe,              kEmulated)       \
  X(__lseek,             kEmulated)       \
  X(__nanosleep,         kEmulated)       \
  X(__gettimeofday,      kEmulated)       \
  X(__getpid,            kEmulated)       \
  X(__sigaction,         kEmulated)       \
  X(__sigsuspend,        kEmulated)       \
  X(__sched_yield,       kEmulated)       \
  X(__pthread_mutex_lock, kEmulated)       \
  X(__pthread_mutex_trylock, kEmulated)       \
  X(__pthread_mutex_unlock, kEmulated)       \
  X(__pthread_rwlock_rdlock, kEmulated)       \
  X(__pthread_rwlock_wrlock, kEmulated)       \
  X(__pthread_rwlock_unlock, kEmulated)       \
  X(__pthread_once,      kEmulated)       \
  X(__pthread_key_create, kEmulated)       \
  X(__pthread_setspecific, kEmulated)       \
  X(__pthread_getspecific, kEmulated)       \
  X(__fcntl,             kEmulated)       \
  X(__open,              kEmulated)       \
  X(__open64,            kEmulated)       \
  X(openat64,            kEmulated)       \
  X(__openat_2,          kEmulated)       \
  X(__openat64_2,        kEmulated)       \
  X(__vsyslog_chk,       kSwallowed)       \
  X(fstat,               kEmulated)       \
  X(fstat64,             kEmulated)       \
  X(__fxstat,            kEmulated)       \
  X(__fxstat64,          kEmulated)       \
  X(lseek,               kEmulated)       \
  X(lseek64,             kEmulated)       \
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
  X(umask,                   "libqb's server side")                                          \
  X(getrlimit,               "how many timers libqb's main loop may have")                   \
  X(fopen64,                 "as fopen")                                                     \
  X(getrlimit64,             "as getrlimit")                                                 \
  X(__gethostname_chk,       "as gethostname")                                               \
  X(__sysconf,               "as sysconf")                                                   \
  X(__pthread_mutex_init,    "memory of the caller's own")                                   \
  X(__pthread_mutex_destroy, "memory of the caller's own")                                   \
  X(__pthread_rwlock_init,   "memory of the caller's own")                                   \
  X(__pthread_rwlock_destroy, "memory of the caller's own")                                   \
  X(__fdelt_chk,             "looks at a number, and nothing else")                          \
  X(fopen,                   "libqb's log and black box, into files of the user's")          \
  X(fclose,                  "libqb's log and black box, into files of the user's")          \
  X(fdatasync,               "libqb's log and black box, into files of the user's")          \
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
