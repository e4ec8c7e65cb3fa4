// One worker process, seen from the command: started, talked to, watched and buried.
//
//   auto worker = WorkerProcess::Start({.executable = "...", .arguments = {"--library=..."}});
//   auto trace = (*worker)->Run(plan, TraceLevel::kApi);
//
// A worker that crashes, exits or hangs leaves its trace behind; the ending is added here ("= crash
// SIGSEGV", "= exit 3", "= hang"), and the next Run starts a new worker. The watchdog is the one
// place where real time matters: a worker is a hang when it computed for `hang_cpu_ms`, or slept for
// `hang_sleep_ms`, without an interposed call. See hang_watch.h: computing is measured against a
// piece of work, and a worker that waits for a processor does not sleep.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "sim/core/plan.h"
#include "sim/core/trace.h"

namespace cmapsim {

struct WorkerOptions {
  std::string executable;
  std::vector<std::string> arguments;  // besides the descriptors
  std::string library_folder;          // put first on the worker's library path; empty: none
  int64_t hang_cpu_ms = 1000;
  int64_t hang_sleep_ms = 10'000;
  bool watch_calls = true;  // false: the worker watches its cases itself (live)
  int64_t silence_ms =
      180'000;  // without watching: longer than any case takes, with all its daemons
};

class WorkerProcess {
 public:
  [[nodiscard]] static tl::expected<std::unique_ptr<WorkerProcess>, std::string> Start(
      WorkerOptions options);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  // The trace is valid until the next call.
  [[nodiscard]] tl::expected<std::string_view, std::string> Run(const Plan& plan, TraceLevel level,
                                                                uint32_t repeat = 1);
  // The worker's process, for measuring it; -1: none. Valid until the next Run.
  [[nodiscard]] pid_t pid() const { return pid_; }
  // Whether the worker ended during the last Run, or was ended; and the signal that it died of, 0 where it
  // was none, or was sent from here.
  [[nodiscard]] bool died() const { return pid_ < 0; }
  [[nodiscard]] int died_of() const { return died() ? signal_ : 0; }
  // Interposed calls of the last Run.
  [[nodiscard]] uint64_t calls() const;
  // The next Run starts a new worker.
  void End() { Bury(); }
  // What the worker said when it was ready.
  [[nodiscard]] const std::string& information() const { return information_; }
  // The last lines that the target printed.
  [[nodiscard]] std::string LogTail(size_t lines) const;

 private:
  explicit WorkerProcess(WorkerOptions options) : options_(std::move(options)) {}
  [[nodiscard]] std::string Launch();  // empty, or what went wrong
  void Bury();
  bool EndsByItself() const;
  int Collect();
  // A message of the worker; false when it ended or was ended first, with `ending` saying how.
  bool Receive(std::string& message, std::string& ending);
  bool ReadFully(void* out, size_t size, std::string& ending);
  // Waits for something to read; empty, or the ending.
  std::string WaitReadable();
  std::string Reap();
  void Kill();
  std::string_view TraceText() const;
  void AppendEnding(std::string_view ending);

  WorkerOptions options_;
  pid_t pid_ = -1;
  int signal_ = 0;      // that the last worker died of
  bool ended_ = false;  // by a signal from here
  int control_fd_ = -1;
  int trace_fd_ = -1;
  int log_fd_ = -1;
  char* mapping_ = nullptr;
  std::string information_;
  std::string request_;
};

}  // namespace cmapsim
