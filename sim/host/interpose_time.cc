// Clocks, sleeping, processes, chance and logging: the interposed calls. See calls.h.
#include <sys/times.h>
#include <syslog.h>

#include <algorithm>
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

// What a real clock shows after the jumps that a plan has it make.
Nanos Jumped(Nanos real_ns) { return real_ns + RealClockJump(); }

// Numbers below 0 are clocks of a process or thread (clock_getcpuclockid(3)).
bool IsProcessor(clockid_t clock) {
  return clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID || clock < 0;
}

Nanos ClockNow(VirtualHost& host, clockid_t clock) {
  if (IsProcessor(clock)) return host.WorkedNs();
  return IsRealtime(clock) ? host.RealtimeNow() : host.Now() + kMonotonicStart;
}

// `left_ns` gets what was left when a signal's handler ended the sleep (signal(7): it never goes on).
template <typename Duration, typename RealCall>
auto SleepClient(LibcCall id, Duration duration, Nanos& left_ns, RealCall real)
    -> decltype(real(size_t{0})) {
  using Result = decltype(real(size_t{0}));
  if (t_client == ClientWorld::kNone) return real(0);
  if (t_client == ClientWorld::kReal) return OnRealHost(id, real);
  HostCall call(id);
  const Nanos duration_ns = std::max<Nanos>(0, duration(call.host));
  if (call.struck.error != 0) {
    return static_cast<Result>(call.Return(duration_ns, -call.struck.error));
  }
  const Nanos until_ns = call.host.Now() + duration_ns;
  const Woken woken = call.host.WaitUntil(
      until_ns, [] { return false; }, LibcCallName(id).data(), OnSignal::kInterrupt);
  if (woken == Woken::kTimeout) return static_cast<Result>(call.Return(duration_ns, 0));
  left_ns = std::max<Nanos>(0, until_ns - call.host.Now());
  return static_cast<Result>(call.Return(duration_ns, -EINTR));
}

[[noreturn]] void EndRun(int status) {
  Program* const program = CurrentHost()->program();
  SetClient(ClientWorld::kNone);
  if (program != nullptr) program->ExitNow(status);
  char detail[32];
  const int length = snprintf(detail, sizeof detail, "%d", status & 0xff);
  CurrentHost()->End(EndingKind::kExit, {detail, static_cast<size_t>(length)});
}

}  // namespace
}  // namespace cmapsim

using namespace cmapsim;  // NOLINT(google-build-using-namespace): what follows are the C library's names

extern "C" {

int clock_gettime(clockid_t clock, struct timespec* out) noexcept {
  return OnHost(
      LibcCall::clock_gettime, clock,
      [&](HostCall& call) {
        call.host.PassReading();
        *out = ToTimespec(ClockNow(call.host, clock));
        return 0;
      },
      [&](size_t) {
        const int result = Real().clock_gettime(clock, out);
        if (t_client == ClientWorld::kReal && result == 0 && IsRealtime(clock)) {
          *out = ToTimespec(Jumped(out->tv_sec * kSecond + out->tv_nsec));
        }
        return result;
      });
}

int clock_getres(clockid_t clock, struct timespec* out) noexcept {
  if (!InClient()) return Real().clock_getres(clock, out);
  if (out != nullptr) *out = {0, 1};
  return 0;
}

int gettimeofday(struct timeval* out, void* zone) noexcept {
  return OnHost(
      LibcCall::gettimeofday, 0,
      [&](HostCall& call) {
        call.host.PassReading();
        const Nanos now_ns = ClockNow(call.host, CLOCK_REALTIME);
        *out = {now_ns / kSecond, now_ns % kSecond / kMicrosecond};
        return 0;
      },
      [&](size_t) {
        const int result = Real().gettimeofday(out, zone);
        if (t_client == ClientWorld::kReal && result == 0) {
          const Nanos now_ns = Jumped(out->tv_sec * kSecond + out->tv_usec * kMicrosecond);
          *out = {now_ns / kSecond, now_ns % kSecond / kMicrosecond};
        }
        return result;
      });
}

time_t time(time_t* out) noexcept {
  return OnHost(
      LibcCall::time, 0,
      [&](HostCall& call) {
        call.host.PassReading();
        const time_t now = ClockNow(call.host, CLOCK_REALTIME) / kSecond;
        if (out != nullptr) *out = now;
        return now;
      },
      [&](size_t) {
        if (t_client != ClientWorld::kReal) return Real().time(out);
        const time_t now = Real().time(nullptr) + RealClockJump() / kSecond;
        if (out != nullptr) *out = now;
        return now;
      });
}

// Readings of clock_gettime's clocks, counted as that.

int timespec_get(struct timespec* out, int base) noexcept {
  if (!InClient()) return Real().timespec_get(out, base);
  if (base != TIME_UTC) return 0;
  return clock_gettime(CLOCK_REALTIME, out) == 0 ? base : 0;
}

clock_t clock() noexcept {
  if (!InClient()) return Real().clock();
  struct timespec now;
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0) return -1;
  return (now.tv_sec * kSecond + now.tv_nsec) / (kSecond / CLOCKS_PER_SEC);
}

clock_t times(struct tms* out) noexcept {
  if (!InClient()) return Real().times(out);
  constexpr Nanos kTick = kSecond / 100;  // sysconf(_SC_CLK_TCK)
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return -1;
  if (out != nullptr) *out = {CurrentHost()->WorkedNs() / kTick, 0, 0, 0};
  return (now.tv_sec * kSecond + now.tv_nsec) / kTick;
}

int nanosleep(const struct timespec* duration, struct timespec* left) {
  const bool virtual_world = InClient();
  Nanos left_ns = 0;
  const int result = SleepClient(
      LibcCall::nanosleep,
      [&](VirtualHost&) { return duration->tv_sec * kSecond + duration->tv_nsec; }, left_ns,
      [&](size_t) { return Real().nanosleep(duration, left); });
  if (virtual_world && left != nullptr) *left = ToTimespec(left_ns);
  return result;
}

// Returns the error and leaves errno alone.
int clock_nanosleep(clockid_t clock, int flags, const struct timespec* when,
                    struct timespec* left) {
  const int before = errno;
  const bool virtual_world = InClient();
  Nanos left_ns = 0;
  const int result = SleepClient(
      LibcCall::clock_nanosleep,
      [&](VirtualHost& host) {
        const Nanos when_ns = when->tv_sec * kSecond + when->tv_nsec;
        return (flags & TIMER_ABSTIME) != 0 ? when_ns - ClockNow(host, clock) : when_ns;
      },
      left_ns,
      [&](size_t) {
        errno = Real().clock_nanosleep(clock, flags, when, left);
        return errno == 0 ? 0 : -1;
      });
  const int error = result == 0 ? 0 : errno;
  errno = before;
  if (virtual_world && left != nullptr && (flags & TIMER_ABSTIME) == 0) *left = ToTimespec(left_ns);
  return error;
}

int usleep(useconds_t duration_us) {
  Nanos left_ns = 0;
  return SleepClient(
      LibcCall::usleep, [&](VirtualHost&) { return duration_us * kMicrosecond; }, left_ns,
      [&](size_t) { return Real().usleep(duration_us); });
}

// Returns what was left, in whole seconds.
unsigned sleep(unsigned duration_s) {
  Nanos left_ns = 0;
  const unsigned result = SleepClient(
      LibcCall::sleep, [&](VirtualHost&) { return duration_s * kSecond; }, left_ns,
      [&](size_t) { return Real().sleep(duration_s); });
  return left_ns > 0 ? static_cast<unsigned>((left_ns + kSecond - 1) / kSecond) : result;
}

// The only processes of the virtual host are the client and the service.
int kill(pid_t pid, int signal) noexcept {
  return OnHost(
      LibcCall::kill, signal,
      [&](HostCall& call) {
        const bool service = pid == call.host.service().pid() && call.host.service().alive();
        if (signal < 0 || signal > kSignalMax) return -EINVAL;
        if (pid == kClientPid || pid == 0) {
          if (signal != 0) call.host.RaiseHere(signal);
          return 0;
        }
        return service ? (signal == 0 ? 0 : -EPERM) : -ESRCH;
      },
      [&](size_t) { return Real().kill(pid, signal); });
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
  if (InClient() && CurrentHost()->program() != nullptr) CurrentHost()->program()->Exit(status);
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
  if (InClient() && CurrentHost()->program() != nullptr)
    CurrentHost()->program()->QuickExit(status);
  if (InClient()) EndRun(status);
  Real().quick_exit(status);
  __builtin_unreachable();
}

}  // extern "C"
