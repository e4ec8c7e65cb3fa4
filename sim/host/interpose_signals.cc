// Signals of client code: the interposed calls. See calls.h and signals.h.
#include <csignal>
#include <cstdint>

#include "sim/host/interpose.h"
#include "sim/host/real_calls.h"

namespace cmapsim {
namespace {

bool IsSignal(int signal) { return signal >= 1 && signal <= kSignalMax; }

int SetActionOf(VirtualHost& host, int signal, const struct sigaction* action,
                struct sigaction* old) {
  if (!IsSignal(signal)) return -EINVAL;
  if (old != nullptr) *old = host.signals().action(signal);
  if (action == nullptr) return 0;
  if (signal == SIGKILL || signal == SIGSTOP) return -EINVAL;
  host.signals().SetAction(signal, *action);
  return 0;
}

int SetBlocked(VirtualHost& host, int how, const sigset_t* set, sigset_t* old) {
  uint64_t& blocked = host.tasks().current().blocked_signals;
  const uint64_t before = blocked;
  if (set != nullptr) {
    const uint64_t mask = MaskOf(*set);
    if (how == SIG_BLOCK) {
      blocked |= mask;
    } else if (how == SIG_UNBLOCK) {
      blocked &= ~mask;
    } else if (how == SIG_SETMASK) {
      blocked = mask;
    } else {
      return -EINVAL;
    }
  }
  if (old != nullptr) SetMask(before, *old);
  return 0;
}

int RaiseForThread(VirtualHost& host, pthread_t thread, int signal) {
  if (signal != 0 && !IsSignal(signal)) return EINVAL;
  ClientThread* const task = host.tasks().FindThread(thread);
  if (task == nullptr || task->finished) return ESRCH;
  if (signal != 0) host.RaiseFor(*task, signal);
  return 0;
}

// Waits for a signal, with `blocked` meanwhile.
int Suspend(VirtualHost& host, uint64_t blocked, const char* what) {
  ClientThread& me = host.tasks().current();
  const uint64_t before = me.blocked_signals;
  me.blocked_signals = blocked;
  host.WaitUntil(
      kForever, [] { return false; }, what, OnSignal::kInterrupt);
  me.blocked_signals = before;
  return -EINTR;
}

// Waits for one of the signals, blocked or not; another's handler ends the waiting (sigwaitinfo(2)).
int AwaitSignal(VirtualHost& host, const sigset_t& set, siginfo_t* info, Nanos timeout_ns) {
  ClientThread& me = host.tasks().current();
  const uint64_t wanted = MaskOf(set);
  const Nanos deadline_ns = timeout_ns < 0 ? kForever : host.Now() + timeout_ns;
  const auto pending = [&] { return (host.signals().PendingFor(me) & wanted) != 0; };
  const Woken woken = host.WaitUntil(deadline_ns, pending, "sigtimedwait", OnSignal::kInterrupt);
  if (woken == Woken::kTimeout) return -EAGAIN;
  if (woken == Woken::kInterrupted) return -EINTR;
  const int signal = host.signals().TakeOf(me, wanted);
  if (info != nullptr) {
    *info = {};
    info->si_signo = signal;
    info->si_pid = kClientPid;
  }
  return signal;
}

}  // namespace
}  // namespace cmapsim

using namespace cmapsim;  // NOLINT(google-build-using-namespace): what follows are the C library's names

extern "C" {

int sigaction(int signal, const struct sigaction* action, struct sigaction* old) noexcept {
  if (!InClient()) return Real().sigaction(signal, action, old);
  HostCall call(LibcCall::sigaction);
  const int failed = call.struck.error;
  return call.Return(signal, failed != 0 ? -failed : SetActionOf(call.host, signal, action, old));
}

sighandler_t signal(int number, sighandler_t handler) noexcept {
  if (!InClient()) return Real().signal(number, handler);
  struct sigaction action = {};
  struct sigaction old = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  return sigaction(number, &action, &old) == 0 ? old.sa_handler : SIG_ERR;
}

int sigprocmask(int how, const sigset_t* set, sigset_t* old) noexcept {
  if (!InClient()) return Real().sigprocmask(how, set, old);
  HostCall call(LibcCall::sigprocmask);
  const int failed = call.struck.error;
  return call.Return(how, failed != 0 ? -failed : SetBlocked(call.host, how, set, old));
}

// Returns the error and leaves errno alone.
int pthread_sigmask(int how, const sigset_t* set, sigset_t* old) noexcept {
  if (!InClient()) return Real().pthread_sigmask(how, set, old);
  const int before = errno;
  const int error = sigprocmask(how, set, old) == 0 ? 0 : errno;
  errno = before;
  return error;
}

// Returns the error and leaves errno alone.
int pthread_kill(pthread_t thread, int signal) noexcept {
  if (!InClient()) return Real().pthread_kill(thread, signal);
  HostCall call(LibcCall::pthread_kill);
  const int failed = call.struck.error;
  const int error = failed != 0 ? failed : RaiseForThread(call.host, thread, signal);
  call.Return(signal, 0);
  return error;
}

int raise(int signal) noexcept {
  if (!InClient()) return Real().raise(signal);
  const int error = pthread_kill(pthread_self(), signal);
  if (error == 0) return 0;
  errno = error;
  return -1;
}

int pause() {
  if (!InClient()) return Real().pause();
  HostCall call(LibcCall::pause);
  return call.Return(0, Suspend(call.host, call.host.tasks().current().blocked_signals, "pause"));
}

int sigsuspend(const sigset_t* mask) {
  if (!InClient()) return Real().sigsuspend(mask);
  HostCall call(LibcCall::sigsuspend);
  return call.Return(0, Suspend(call.host, MaskOf(*mask), "sigsuspend"));
}

// Returns the error and leaves errno alone.
int sigwait(const sigset_t* set, int* signal) {
  if (!InClient()) return Real().sigwait(set, signal);
  HostCall call(LibcCall::sigwait);
  ClientThread& me = call.host.tasks().current();
  Signals& signals = call.host.signals();
  const uint64_t wanted = MaskOf(*set);
  call.host.WaitUntil(
      kForever, [&] { return (signals.PendingFor(me) & wanted) != 0; }, "sigwait");
  *signal = signals.TakeOf(me, wanted);
  call.Return(*signal, 0);
  return 0;
}

int sigtimedwait(const sigset_t* set, siginfo_t* info, const struct timespec* timeout) {
  if (!InClient()) return Real().sigtimedwait(set, info, timeout);
  HostCall call(LibcCall::sigtimedwait);
  const int failed = call.struck.error;
  const Nanos timeout_ns = timeout == nullptr ? -1 : timeout->tv_sec * kSecond + timeout->tv_nsec;
  return call.Return(timeout_ns,
                     failed != 0 ? -failed : AwaitSignal(call.host, *set, info, timeout_ns));
}

int sigwaitinfo(const sigset_t* set, siginfo_t* info) {
  if (!InClient()) return Real().sigwaitinfo(set, info);
  HostCall call(LibcCall::sigwaitinfo);
  const int failed = call.struck.error;
  return call.Return(0, failed != 0 ? -failed : AwaitSignal(call.host, *set, info, -1));
}

int sigpending(sigset_t* set) noexcept {
  if (!InClient()) return Real().sigpending(set);
  VirtualHost& host = *CurrentHost();
  SetMask(host.signals().PendingFor(host.tasks().current()), *set);
  return 0;
}

unsigned alarm(unsigned seconds) noexcept {
  if (!InClient()) return Real().alarm(seconds);
  HostCall call(LibcCall::alarm);
  const Nanos left_ns = call.host.AlarmLeft();
  call.host.SetAlarm(seconds * kSecond, 0);
  return static_cast<unsigned>(
      call.Return(seconds, static_cast<int64_t>((left_ns + kSecond - 1) / kSecond)));
}

// Only real time passes on the virtual host: of the others none is used up.
int setitimer(__itimer_which_t which, const struct itimerval* value,
              struct itimerval* old) noexcept {
  if (!InClient()) return Real().setitimer(which, value, old);
  HostCall call(LibcCall::setitimer);
  if (call.struck.error != 0) return call.Return(which, -call.struck.error);
  if (which != ITIMER_REAL) return call.Return(which, 0);
  const auto nanos = [](const struct timeval& t) {
    return t.tv_sec * kSecond + t.tv_usec * kMicrosecond;
  };
  const auto time = [](Nanos ns) { return timeval{ns / kSecond, ns % kSecond / kMicrosecond}; };
  if (old != nullptr) *old = {time(call.host.AlarmInterval()), time(call.host.AlarmLeft())};
  call.host.SetAlarm(nanos(value->it_value), nanos(value->it_interval));
  return call.Return(which, 0);
}

}  // extern "C"
