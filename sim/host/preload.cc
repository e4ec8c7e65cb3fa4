// The virtual host inside an unmodified program: a library that is preloaded into it.
//
//   LD_PRELOAD=libcmapsim_preload.so CMAPSIM_RUN="trace=4 plan=5" corosync-cmapctl -t test.
//
// It wraps main. From there on the program is client code on the virtual host, with the service of
// the plan; what its libraries did while they were loaded was real. The run is over when the process
// is: exit handlers and destructors are client code too (program_end.h). The trace stays in the
// memory shared with the command (worker_protocol.h), which also sees how the process went. cmapsim
// run starts it: tools/commands/run.cc.
#include <cxxabi.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/cmap/store.h"
#include "sim/core/plan_codec.h"
#include "sim/host/program.h"
#include "sim/host/program_end.h"
#include "sim/host/real_calls.h"
#include "sim/host/virtual_host.h"
#include "sim/host/worker_protocol.h"

namespace cmapsim {
namespace {

using MainFunction = int (*)(int, char**, char**);

MainFunction g_main = nullptr;

[[noreturn]] void Refuse(const char* why) {
  std::fprintf(stderr, "cmapsim: the virtual host cannot start in this program: %s\n", why);
  Real()._exit(127);
  __builtin_unreachable();
}

void RemoveVariable(char** environment, std::string_view name) {
  char** to = environment;
  for (char** from = environment; *from != nullptr; ++from) {
    if (!std::string_view(*from).starts_with(name)) *to++ = *from;
  }
  *to = nullptr;
}

// "name=<number>" in the variable's words.
int64_t LongOf(const std::string& words, const std::string& name) {
  const size_t at = words.find(name + "=");
  return at == std::string::npos ? -1 : std::atoll(words.c_str() + at + name.size() + 1);
}
int NumberOf(const std::string& words, const std::string& name) {
  return static_cast<int>(LongOf(words, name));
}

std::string ReadAll(int fd) {
  std::string bytes;
  char block[4096];
  for (;;) {
    const ssize_t n = Real().read(fd, block, sizeof block);
    if (n <= 0) return bytes;
    bytes.append(block, static_cast<size_t>(n));
  }
}

// The program's standard input is the plan's: a pipe that holds what has come so far, and ends after
// the last of it. A plan without input leaves it open and empty.
class StandardInput {
 public:
  explicit StandardInput(const Plan& plan) {
    for (const Step& step : plan.steps) left_ += step.op == Op::kInput ? 1 : 0;
    int ends[2];
    if (Real().pipe2(ends, O_CLOEXEC) != 0 || Real().dup2(ends[0], STDIN_FILENO) < 0)
      Refuse("no pipe");
    Real().close(ends[0]);
    write_end_ = fcntl(ends[1], F_DUPFD_CLOEXEC, 1000);
    if (write_end_ < 0) write_end_ = fcntl(ends[1], F_DUPFD_CLOEXEC, 3);
    Real().close(ends[1]);
    // What does not fit is lost rather than waited for: nobody reads while this writes.
    fcntl(write_end_, F_SETFL, O_NONBLOCK);
  }

  void Put(std::string_view bytes) {
    if (Real().write(write_end_, bytes.data(), bytes.size()) !=
        static_cast<ssize_t>(bytes.size())) {
      std::fprintf(stderr, "cmapsim: standard input holds 64 KiB; some of the plan's is lost\n");
    }
    if (--left_ > 0) return;
    Real().close(write_end_);
    write_end_ = -1;
  }

 private:
  int write_end_ = -1;
  int left_ = 0;
};

class PreloadedProgram : public Program {
 public:
  PreloadedProgram(char* shared, Plan plan, TraceLevel level, bool own_input, bool real_time)
      : plan_(std::move(plan)),
        level_(level),
        real_time_(real_time),
        shared_(reinterpret_cast<SharedState*>(shared)),
        trace_(shared_, shared + kTraceTextOffset, kTraceTextCapacity),
        host_(trace_, shared_) {
    if (own_input) input_.emplace(plan_);
    host_.SetProgram(this);
  }

  // Virtual time does not pass this instant; `asked` by the user.
  void SetUntil(Nanos until_ns, bool asked) { host_.SetUntil(until_ns, asked); }

  void Run(int argc, char** argv, char** environment) {
    std::optional<KeyTable> keys;
    if (plan_.keys) keys.emplace(*plan_.keys, std::vector<std::string>());
    AtTrueEnd([](int status) { Instance()->Finish(status); });
    host_.Run(plan_, keys ? *keys : FreshCorosyncKeys(), level_, [&] {
      for (const Step& step : plan_.steps) host_.OtherStep(step);
      host_.EnterClient();
      try {
        Exit(g_main(argc, argv, environment));
      } catch (abi::__forced_unwind&) {  // pthread_exit: the other threads go on
        host_.EndFirstTask();
        Exit(0);
      }
    });
  }

  void Input(std::string_view bytes) override {
    if (input_) input_->Put(bytes);
  }

  void TimePasses(Nanos duration_ns) override {
    if (!real_time_) return;
    // Readings of clocks let a nanosecond pass, and asking the kernel for it takes thousands of them.
    unpaid_ns_ += duration_ns;
    if (unpaid_ns_ < kMillisecond) return;
    const struct timespec duration = {unpaid_ns_ / kSecond, unpaid_ns_ % kSecond};
    unpaid_ns_ = 0;
    Real().nanosleep(&duration, nullptr);
  }

  void Exit(int status) override {
    SetPhase(ProgramPhase::kExits);
    Real().exit(status);
    __builtin_unreachable();
  }

  void QuickExit(int status) override {
    SetPhase(ProgramPhase::kExits);
    quick_status_ = status;
    Real().quick_exit(status);
    __builtin_unreachable();
  }

  // Nothing of stdio's is written, as in a process.
  void ExitNow(int status) override {
    host_.Finish(EndingKind::kExit, std::to_string(status & 0xff));
    NoteEndInside();
    Real()._exit(status);
    __builtin_unreachable();
  }

  void Leave() override {
    NoteEndInside();
    std::fflush(nullptr);
    Real()._exit(0);
    __builtin_unreachable();
  }

  static std::unique_ptr<PreloadedProgram>& Instance() {
    // Never destroyed: the process ends with it.
    static auto* const instance = new std::unique_ptr<PreloadedProgram>;
    return *instance;
  }

 private:
  void Finish(int status) {
    if (Real().getpid() != pid_)
      return;  // a process that the program began: its end is not the run's
    SetClient(ClientWorld::kNone);
    host_.Finish(EndingKind::kExit, std::to_string(quick_status_.value_or(status) & 0xff));
    SetPhase(ProgramPhase::kEnded);
  }

  // It did not come to Finish.
  void NoteEndInside() {
    const bool exits = shared_->phase.load(std::memory_order_relaxed) == ProgramPhase::kExits;
    SetPhase(exits ? ProgramPhase::kEndedInExit : ProgramPhase::kEnded);
  }

  void SetPhase(ProgramPhase phase) { shared_->phase.store(phase, std::memory_order_relaxed); }

  const pid_t pid_ = Real().getpid();
  Plan plan_;
  TraceLevel level_;
  bool real_time_;
  SharedState* shared_;
  TraceWriter trace_;
  VirtualHost host_;
  std::optional<StandardInput> input_;
  std::optional<int> quick_status_;
  Nanos unpaid_ns_ = 0;
};

int ProgramMain(int argc, char** argv, char** environment) {
  const char* const variable = std::getenv("CMAPSIM_RUN");
  if (variable == nullptr) return g_main(argc, argv, environment);
  const std::string words = variable;
  // By hand: a program may have an unsetenv of its own (shells do).
  RemoveVariable(environment, "CMAPSIM_RUN=");
  RemoveVariable(environment, "LD_PRELOAD=");
  const int trace_fd = NumberOf(words, "trace");
  void* shared =
      Real().mmap(nullptr, kTraceFileSize, PROT_READ | PROT_WRITE, MAP_SHARED, trace_fd, 0);
  if (shared == MAP_FAILED) Refuse("its trace cannot be mapped");
  const int plan_fd = NumberOf(words, "plan");
  auto plan = DecodePlan(ReadAll(plan_fd));
  if (!plan) Refuse("its plan cannot be decoded: command and library are of different builds");
  Real().close(trace_fd);
  Real().close(plan_fd);
  const auto level = NumberOf(words, "host") == 1 ? TraceLevel::kHost : TraceLevel::kApi;
  auto& program = PreloadedProgram::Instance();
  program = std::make_unique<PreloadedProgram>(static_cast<char*>(shared), std::move(*plan), level,
                                               NumberOf(words, "input") == 1,
                                               NumberOf(words, "pace") == 1);
  const Nanos until_ns = LongOf(words, "until");
  if (until_ns > 0) program->SetUntil(until_ns, NumberOf(words, "asked") == 1);
  program->Run(argc, argv, environment);
  return 0;  // not reached: Run ends the process
}

}  // namespace
}  // namespace cmapsim

extern "C" int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv,
                                 void (*init)(), void (*fini)(), void (*rtld_fini)(),
                                 void* stack_end) {
  using Start = decltype(&__libc_start_main);
  const auto real = reinterpret_cast<Start>(dlsym(RTLD_NEXT, "__libc_start_main"));
  cmapsim::g_main = main;
  return real(&cmapsim::ProgramMain, argc, argv, init, fini, cmapsim::EndLast(rtld_fini),
              stack_end);
}
