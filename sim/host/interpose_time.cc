// Clocks, sleeping, processes, chance and logging: the interposed calls. See calls.h.
#include <pthread.h>
#include <syslog.h>

#include <cstdarg>

#include "sim/host/interpose.h"
#include "sim/host/real_calls.h"
#include "sim/host/virtual_service.h"

namespace cmapsim {
namespace {

struct timespec ToTimespec(Nanos ns) {
  return {ns / kSecond, ns % kSecond};
}

bool IsRealtime(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
}

Nanos ClockNow(VirtualHost& host, clockid_t clock) {
  return host.Now() + (IsRealtime(clock) ? kRealtimeStart : kMonotonicStart);
}

int SleepClient(const char* name, Nanos duration_ns) {
  HostCall call;
  const Nanos until_ns = call.host.Now() + duration_ns;
  call.host.WaitUntil(
      until_ns, [] { return false; }, name);
  return call.Return(name, duration_ns, 0);
}

[[noreturn]] void EndRun(int status) {
  HostCall call;
  char detail[16];
  const int length = snprintf(detail, sizeof detail, "%d", status & 0xff);
  call.host.End(EndingKind::kExit, {detail, static_cast<size_t>(length)});
}

}  // namespace
}  // namespace cmapsim

using namespace cmapsim;  // NOLINT(google-build-using-namespace): what follows are the C library's names

extern "C" {

int clock_gettime(clockid_t clock, struct timespec* out) noexcept {
  if (!InClient()) return Real().clock_gettime(clock, out);
  HostCall call;
  *out = ToTimespec(ClockNow(call.host, clock));
  return call.Return("clock_gettime", clock, 0);
}

int clock_getres(clockid_t clock, struct timespec* out) noexcept {
  if (!InClient()) return Real().clock_getres(clock, out);
  if (out != nullptr) *out = {0, 1};
  return 0;
}

int gettimeofday(struct timeval* out, void* zone) noexcept {
  if (!InClient()) return Real().gettimeofday(out, zone);
  HostCall call;
  const Nanos now_ns = ClockNow(call.host, CLOCK_REALTIME);
  *out = {now_ns / kSecond, now_ns % kSecond / kMicrosecond};
  return call.Return("gettimeofday", 0, 0);
}

time_t time(time_t* out) noexcept {
  if (!InClient()) return Real().time(out);
  HostCall call;
  const time_t now = ClockNow(call.host, CLOCK_REALTIME) / kSecond;
  if (out != nullptr) *out = now;
  return call.Leave(now);
}

int nanosleep(const struct timespec* duration, struct timespec* left) {
  if (!InClient()) return Real().nanosleep(duration, left);
  if (left != nullptr) *left = {0, 0};
  return SleepClient("nanosleep", duration->tv_sec * kSecond + duration->tv_nsec);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec* when,
                    struct timespec* left) {
  if (!InClient()) return Real().clock_nanosleep(clock, flags, when, left);
  Nanos duration_ns = when->tv_sec * kSecond + when->tv_nsec;
  if ((flags & TIMER_ABSTIME) != 0) duration_ns -= ClockNow(*CurrentHost(), clock);
  return SleepClient("clock_nanosleep", duration_ns > 0 ? duration_ns : 0);
}

int usleep(useconds_t duration_us) {
  if (!InClient()) return Real().usleep(duration_us);
  return SleepClient("usleep", duration_us * kMicrosecond);
}

unsigned sleep(unsigned duration_s) {
  if (!InClient()) return Real().sleep(duration_s);
  return static_cast<unsigned>(SleepClient("sleep", duration_s * kSecond));
}

// The only processes of the virtual host are the client and the service.
int kill(pid_t pid, int signal) noexcept {
  if (!InClient()) return Real().kill(pid, signal);
  HostCall call;
  const bool service = pid == call.host.service().pid() && call.host.service().alive();
  const int result = pid == kClientPid || service ? (signal == 0 ? 0 : -EPERM) : -ESRCH;
  return call.Return("kill", signal, result);
}

pid_t getpid() noexcept { return InClient() ? kClientPid : Real().getpid(); }

long random() noexcept {
  if (!InClient()) return Real().random();
  return static_cast<long>(CurrentHost()->client_random().Next() & 0x7fffffff);
}

int rand() noexcept {
  if (!InClient()) return Real().rand();
  return static_cast<int>(CurrentHost()->client_random().Next() & 0x7fffffff);
}

// The plan's seed stays the only one.
void srandom(unsigned seed) noexcept {
  if (!InClient()) Real().srandom(seed);
}
void srand(unsigned seed) noexcept {
  if (!InClient()) Real().srand(seed);
}

// With one task, a mutex that is held is never given back.
int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  if (!InClient()) return Real().pthread_mutex_lock(mutex);
  const int result = pthread_mutex_trylock(mutex);
  if (result != EBUSY) return result;
  HostCall call;
  call.host.End(EndingKind::kDeadlock, "pthread_mutex_lock");
}

void openlog(const char* name, int options, int facility) {
  if (!InClient()) Real().openlog(name, options, facility);
}
void closelog() {
  if (!InClient()) Real().closelog();
}
void vsyslog(int priority, const char* format, va_list arguments) {
  if (!InClient()) Real().vsyslog(priority, format, arguments);
}
void syslog(int priority, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsyslog(priority, format, arguments);
  va_end(arguments);
}
void __syslog_chk(int priority, int, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsyslog(priority, format, arguments);
  va_end(arguments);
}

void exit(int status) noexcept {
  if (InClient()) EndRun(status);
  Real().exit(status);
  __builtin_unreachable();
}
void _exit(int status) {
  if (InClient()) EndRun(status);
  Real()._exit(status);
  __builtin_unreachable();
}
void _Exit(int status) noexcept { _exit(status); }
void quick_exit(int status) noexcept {
  if (InClient()) EndRun(status);
  Real().quick_exit(status);
  __builtin_unreachable();
}

}  // extern "C"
