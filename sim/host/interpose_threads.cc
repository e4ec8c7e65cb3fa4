// Threads of client code and what they wait for each other with: the interposed calls. See calls.h.
//
// Locks are the C library's own objects, of which only the calls that never wait are used: who would
// have to wait is parked (VirtualHost::Park) until somebody gives the object back. All these calls
// return their error and leave errno alone. Threads beside a real service are real ones.
#include <pthread.h>
#include <sched.h>

#include <cerrno>
#include <cstdint>

#include "sim/host/interpose.h"
#include "sim/host/real_calls.h"

namespace cmapsim {
namespace {

template <typename VirtualCall, typename RealCall>
int OnThreads(LibcCall id, VirtualCall virtual_call, RealCall real) {
  if (t_client == ClientWorld::kNone) return real();
  if (t_client == ClientWorld::kReal) {
    const int failed = CountRealCall(id).error;
    return failed != 0 ? failed : real();
  }
  HostCall call(id);
  const int error = call.struck.error != 0 ? call.struck.error : virtual_call(call.host);
  if (TraceWriter* line = call.host.Line(LibcCallName(id))) line->Field("result", error).End();
  call.Leave(0);
  return error;
}

Nanos DeadlineOf(VirtualHost& host, clockid_t clock, const struct timespec* until) {
  if (until == nullptr) return kForever;
  const Nanos start_ns = clock == CLOCK_REALTIME ? host.RealtimeStart() : kMonotonicStart;
  return until->tv_sec * kSecond + until->tv_nsec - start_ns;
}

// Takes a lock by `take`, which returns EBUSY where it would have to wait.
template <typename Take>
int Lock(VirtualHost& host, const void* object, Nanos deadline_ns, LibcCall id, Take take) {
  for (;;) {
    const int error = take();
    if (error != EBUSY) return error;
    if (host.Park(object, deadline_ns, LibcCallName(id).data()) == Woken::kTimeout) {
      return ETIMEDOUT;
    }
  }
}

int LockMutex(VirtualHost& host, pthread_mutex_t* mutex, Nanos deadline_ns, LibcCall id) {
  const bool checks = (mutex->__data.__kind & 3) == PTHREAD_MUTEX_ERRORCHECK;
  if (checks && mutex->__data.__lock != 0 && mutex->__data.__owner == gettid()) return EDEADLK;
  return Lock(host, mutex, deadline_ns, id,
              [mutex] { return Real().pthread_mutex_trylock(mutex); });
}

int UnlockMutex(VirtualHost& host, pthread_mutex_t* mutex) {
  const int error = Real().pthread_mutex_unlock(mutex);
  if (error == 0) host.Unpark(mutex, true);
  return error;
}

int WaitForCondition(VirtualHost& host, pthread_cond_t* condition, pthread_mutex_t* mutex,
                     Nanos deadline_ns, LibcCall id) {
  const int error = UnlockMutex(host, mutex);
  if (error != 0) return error;
  const Woken woken = host.Park(condition, deadline_ns, LibcCallName(id).data());
  const int locked = LockMutex(host, mutex, kForever, LibcCall::pthread_mutex_lock);
  if (locked != 0) return locked;
  return woken == Woken::kTimeout ? ETIMEDOUT : 0;
}

// The clock that a condition was made for: a bit that the C library keeps there.
clockid_t ClockOf(const pthread_cond_t* condition) {
  return (condition->__data.__wrefs & 2) != 0 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

// A barrier as the C library lays it out.
struct Barrier {
  unsigned in;
  unsigned round;
  unsigned count;
};

int WaitAtBarrier(VirtualHost& host, Barrier& barrier) {
  if (++barrier.in < barrier.count) {
    host.Park(&barrier, kForever, "pthread_barrier_wait");
    return 0;
  }
  barrier.in = 0;
  host.Unpark(&barrier, true);
  return PTHREAD_BARRIER_SERIAL_THREAD;
}

// Client code, on a task's thread.
void RunThread(void* (*start)(void*), void* argument) {
  SetClient(ClientWorld::kVirtual);
  void* const result = start(argument);
  SetClient(ClientWorld::kNone);
  CurrentHost()->tasks().current().result = result;
}

int CreateThread(VirtualHost& host, pthread_t* out, const pthread_attr_t* attributes,
                 void* (*start)(void*), void* argument) {
  ClientThread* const task = host.StartThread([start, argument] { RunThread(start, argument); });
  if (task == nullptr) return EAGAIN;
  int detached = PTHREAD_CREATE_JOINABLE;
  if (attributes != nullptr) pthread_attr_getdetachstate(attributes, &detached);
  task->detached = detached == PTHREAD_CREATE_DETACHED;
  *out = task->thread;
  if (TraceWriter* line = host.Line("task")) line->Int(task->number).End();
  return 0;
}

int JoinThread(VirtualHost& host, pthread_t thread, void** result) {
  ClientThread* const task = host.tasks().FindThread(thread);
  if (task == nullptr) return ESRCH;
  if (task->detached) return EINVAL;
  if (task == &host.tasks().current()) return EDEADLK;
  host.WaitUntil(
      kForever, [task] { return task->finished || task->left; }, "pthread_join");
  task->joined = true;
  if (result != nullptr) *result = task->result;
  return 0;
}

constexpr int kOnceBegun = 1;
constexpr int kOnceDone = 2;

}  // namespace
}  // namespace cmapsim

using namespace cmapsim;  // NOLINT(google-build-using-namespace): what follows are the C library's names

extern "C" {

int pthread_create(pthread_t* out, const pthread_attr_t* attributes, void* (*start)(void*),
                   void* argument) noexcept {
  return OnThreads(
      LibcCall::pthread_create,
      [&](VirtualHost& host) { return CreateThread(host, out, attributes, start, argument); },
      [&] { return Real().pthread_create(out, attributes, start, argument); });
}

int pthread_join(pthread_t thread, void** result) {
  return OnThreads(
      LibcCall::pthread_join, [&](VirtualHost& host) { return JoinThread(host, thread, result); },
      [&] { return Real().pthread_join(thread, result); });
}

int pthread_detach(pthread_t thread) noexcept {
  if (!InClient()) return Real().pthread_detach(thread);
  ClientThread* const task = CurrentHost()->tasks().FindThread(thread);
  if (task == nullptr) return ESRCH;
  if (task->detached) return EINVAL;
  task->detached = true;
  return 0;
}

// The first task's end is not that of the process: the others go on, and the last ends it.
void pthread_exit(void* result) {
  if (InClient()) {
    VirtualHost& host = *CurrentHost();
    ClientThread& me = host.tasks().current();
    // A program's first thread leaves its frames as any other does: see preload.cc.
    if (me.number == 0 && host.program() == nullptr) {
      SetClient(ClientWorld::kNone);
      host.WaitUntil(
          kForever, [&host] { return !host.tasks().several(); }, "pthread_exit");
      SetClient(ClientWorld::kVirtual);
      exit(0);
    }
    me.result = result;
  }
  Real().pthread_exit(result);
  __builtin_unreachable();
}

// Nobody is cancelled: see docs/limitations.md.
int pthread_cancel(pthread_t thread) { return InClient() ? ENOSYS : Real().pthread_cancel(thread); }

int sched_yield() noexcept {
  if (!InClient()) return Real().sched_yield();
  SetClient(ClientWorld::kNone);
  CurrentHost()->Yield();
  SetClient(ClientWorld::kVirtual);
  return 0;
}

int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  return OnThreads(
      LibcCall::pthread_mutex_lock,
      [&](VirtualHost& host) {
        return LockMutex(host, mutex, kForever, LibcCall::pthread_mutex_lock);
      },
      [&] { return Real().pthread_mutex_lock(mutex); });
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
  return OnThreads(
      LibcCall::pthread_mutex_trylock,
      [&](VirtualHost&) { return Real().pthread_mutex_trylock(mutex); },
      [&] { return Real().pthread_mutex_trylock(mutex); });
}

int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock,
                            const struct timespec* until) noexcept {
  return OnThreads(
      LibcCall::pthread_mutex_timedlock,
      [&](VirtualHost& host) {
        return LockMutex(host, mutex, DeadlineOf(host, clock, until),
                         LibcCall::pthread_mutex_timedlock);
      },
      [&] { return Real().pthread_mutex_clocklock(mutex, clock, until); });
}

int pthread_mutex_timedlock(pthread_mutex_t* mutex, const struct timespec* until) noexcept {
  if (!InClient()) return Real().pthread_mutex_timedlock(mutex, until);
  return pthread_mutex_clocklock(mutex, CLOCK_REALTIME, until);
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
  return OnThreads(
      LibcCall::pthread_mutex_unlock, [&](VirtualHost& host) { return UnlockMutex(host, mutex); },
      [&] { return Real().pthread_mutex_unlock(mutex); });
}

int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  return OnThreads(
      LibcCall::pthread_cond_wait,
      [&](VirtualHost& host) {
        return WaitForCondition(host, condition, mutex, kForever, LibcCall::pthread_cond_wait);
      },
      [&] { return Real().pthread_cond_wait(condition, mutex); });
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const struct timespec* until) {
  return OnThreads(
      LibcCall::pthread_cond_timedwait,
      [&](VirtualHost& host) {
        return WaitForCondition(host, condition, mutex, DeadlineOf(host, clock, until),
                                LibcCall::pthread_cond_timedwait);
      },
      [&] { return Real().pthread_cond_clockwait(condition, mutex, clock, until); });
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                           const struct timespec* until) {
  if (!InClient()) return Real().pthread_cond_timedwait(condition, mutex, until);
  return pthread_cond_clockwait(condition, mutex, ClockOf(condition), until);
}

int pthread_cond_signal(pthread_cond_t* condition) noexcept {
  return OnThreads(
      LibcCall::pthread_cond_signal,
      [&](VirtualHost& host) {
        host.Unpark(condition, false);
        return 0;
      },
      [&] { return Real().pthread_cond_signal(condition); });
}

int pthread_cond_broadcast(pthread_cond_t* condition) noexcept {
  return OnThreads(
      LibcCall::pthread_cond_broadcast,
      [&](VirtualHost& host) {
        host.Unpark(condition, true);
        return 0;
      },
      [&] { return Real().pthread_cond_broadcast(condition); });
}

#define CMAPSIM_RWLOCK(name, timed, try_name)                                              \
  int name(pthread_rwlock_t* lock) noexcept {                                              \
    return OnThreads(                                                                      \
        LibcCall::name,                                                                    \
        [&](VirtualHost& host) {                                                           \
          return Lock(host, lock, kForever, LibcCall::name,                                \
                      [&] { return Real().try_name(lock); });                              \
        },                                                                                 \
        [&] { return Real().name(lock); });                                                \
  }                                                                                        \
  int timed(pthread_rwlock_t* lock, const struct timespec* until) noexcept {               \
    return OnThreads(                                                                      \
        LibcCall::name,                                                                    \
        [&](VirtualHost& host) {                                                           \
          return Lock(host, lock, DeadlineOf(host, CLOCK_REALTIME, until), LibcCall::name, \
                      [&] { return Real().try_name(lock); });                              \
        },                                                                                 \
        [&] { return Real().timed(lock, until); });                                        \
  }
CMAPSIM_RWLOCK(pthread_rwlock_rdlock, pthread_rwlock_timedrdlock, pthread_rwlock_tryrdlock)
CMAPSIM_RWLOCK(pthread_rwlock_wrlock, pthread_rwlock_timedwrlock, pthread_rwlock_trywrlock)
#undef CMAPSIM_RWLOCK

int pthread_rwlock_unlock(pthread_rwlock_t* lock) noexcept {
  return OnThreads(
      LibcCall::pthread_rwlock_unlock,
      [&](VirtualHost& host) {
        const int error = Real().pthread_rwlock_unlock(lock);
        if (error == 0) host.Unpark(lock, true);
        return error;
      },
      [&] { return Real().pthread_rwlock_unlock(lock); });
}

int pthread_spin_lock(pthread_spinlock_t* lock) noexcept {
  return OnThreads(
      LibcCall::pthread_spin_lock,
      [&](VirtualHost& host) {
        // By value: the pointer is to something volatile.
        const void* const object = const_cast<const int*>(lock);
        return Lock(host, object, kForever, LibcCall::pthread_spin_lock,
                    [&] { return Real().pthread_spin_trylock(lock); });
      },
      [&] { return Real().pthread_spin_lock(lock); });
}

int pthread_spin_unlock(pthread_spinlock_t* lock) noexcept {
  if (!InClient()) return Real().pthread_spin_unlock(lock);
  const int error = Real().pthread_spin_unlock(lock);
  CurrentHost()->Unpark(const_cast<const int*>(lock), true);
  return error;
}

int pthread_barrier_wait(pthread_barrier_t* barrier) noexcept {
  return OnThreads(
      LibcCall::pthread_barrier_wait,
      [&](VirtualHost& host) { return WaitAtBarrier(host, *reinterpret_cast<Barrier*>(barrier)); },
      [&] { return Real().pthread_barrier_wait(barrier); });
}

// Not counted: it waits only while another task is about it.
int pthread_once(pthread_once_t* once, void (*run)()) {
  if (!InClient()) return Real().pthread_once(once, run);
  while ((*once & kOnceDone) == 0) {
    if ((*once & kOnceBegun) == 0) {
      *once = kOnceBegun;
      run();
      *once = kOnceDone;
      CurrentHost()->Unpark(once, true);
      return 0;
    }
    SetClient(ClientWorld::kNone);
    CurrentHost()->Park(once, kForever, "pthread_once");
    SetClient(ClientWorld::kVirtual);
  }
  return 0;
}

// The sanitizer calls these before anything of ours can run.
#if !defined(__SANITIZE_ADDRESS__)

// Keys of client code are numbers that the C library does not have; others it made while it was
// loaded.
constexpr pthread_key_t kFirstKey = 0x10000;

int pthread_key_create(pthread_key_t* out, void (*destructor)(void*)) noexcept {
  if (!InClient()) return Real().pthread_key_create(out, destructor);
  SetClient(ClientWorld::kNone);
  VirtualHost& host = *CurrentHost();
  host.keys().push_back({true, destructor});
  for (const auto& task : host.tasks().all()) task->values.resize(host.keys().size());
  *out = kFirstKey + static_cast<pthread_key_t>(host.keys().size() - 1);
  SetClient(ClientWorld::kVirtual);
  return 0;
}

int pthread_key_delete(pthread_key_t key) noexcept {
  if (key < kFirstKey) return Real().pthread_key_delete(key);
  VirtualHost& host = *CurrentHost();
  if (key - kFirstKey >= host.keys().size() || !host.keys()[key - kFirstKey].used) return EINVAL;
  host.keys()[key - kFirstKey] = {};
  for (const auto& task : host.tasks().all()) task->values[key - kFirstKey] = nullptr;
  return 0;
}

int pthread_setspecific(pthread_key_t key, const void* value) noexcept {
  if (key < kFirstKey) return Real().pthread_setspecific(key, value);
  auto& values = CurrentHost()->tasks().current().values;
  if (key - kFirstKey >= values.size()) return EINVAL;
  values[key - kFirstKey] = const_cast<void*>(value);  // as the C library has it
  return 0;
}

void* pthread_getspecific(pthread_key_t key) noexcept {
  if (key < kFirstKey) return Real().pthread_getspecific(key);
  const auto& values = CurrentHost()->tasks().current().values;
  return key - kFirstKey < values.size() ? values[key - kFirstKey] : nullptr;
}

// How the C++ library has the destructor of a thread_local object called.
int __cxa_thread_atexit_impl(void (*run)(void*), void* object, void* library) noexcept {
  if (!InClient()) return Real().__cxa_thread_atexit_impl(run, object, library);
  // exit(3) runs those of a program's first thread before all handlers. The other threads are over for their
  // tasks before they are for the C library.
  VirtualHost& host = *CurrentHost();
  if (host.program() != nullptr && host.tasks().current().number == 0) {
    SetClient(ClientWorld::kNone);
    const int result = Real().__cxa_thread_atexit_impl(run, object, library);
    SetClient(ClientWorld::kVirtual);
    return result;
  }
  SetClient(ClientWorld::kNone);
  CurrentHost()->tasks().current().destructors.push_back({run, object});
  SetClient(ClientWorld::kVirtual);
  return 0;
}

#endif  // !defined(__SANITIZE_ADDRESS__)

}  // extern "C"
