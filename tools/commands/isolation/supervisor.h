// Answers the calls that a call filter (call_filter.h) puts to it: lets them pass unless they reach for
// a real corosync, and keeps a record.
//
//   Supervisor supervisor;
//   supervisor.Adopt(listener, pid);               // of a program that is about to be executed
//   while (...) {                                   // poll says that supervisor.listener() is readable
//     supervisor.Serve();
//   }
//   supervisor.Release();                          // the run is over; the record stays
//
// It survives whatever the processes do: what it cannot look at is refused. One thread; it has to be an ancestor
// of the processes or to have CAP_SYS_PTRACE, since it reads their memory.
#pragma once

#include <linux/seccomp.h>
#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tools/commands/isolation/record.h"

namespace cmapsim {

class Supervisor {
 public:
  Supervisor();
  ~Supervisor() { Release(); }
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // Owns the listener from here on, and begins a record. The first exec of `program` is not recorded: with
  // it the program begins.
  void Adopt(int listener, pid_t program);
  void Release();
  [[nodiscard]] int listener() const { return listener_; }

  // Answers one call, waiting for it where none is there. Poll first. False where there will be no more.
  bool Serve();

  [[nodiscard]] const IsolationRecord& record() const { return record_; }

 private:
  struct Answer {
    int error = 0;  // 0: the call passes
    std::optional<Refused> why = {};
    std::string what = {};
    // Recorded when the answer has arrived: a call that was interrupted comes again.
    enum class Begins { kNothing, kProcess, kProgram } begins = Begins::kNothing;

    static Answer Refuse(int error, Refused why, std::string what);
  };

  [[nodiscard]] Answer Decide(const seccomp_notif& call);
  [[nodiscard]] Answer DecideAddress(pid_t process, uint64_t address, uint64_t size);
  [[nodiscard]] Answer DecideMessages(pid_t process, uint64_t messages, uint64_t count,
                                      size_t stride);
  [[nodiscard]] Answer DecideFile(pid_t process, int folder, uint64_t path, bool follow);
  [[nodiscard]] Answer DecideExec(pid_t process, int folder, uint64_t path, bool empty_path);
  [[nodiscard]] Answer DecideNewProcess(const seccomp_notif& call);
  void Keep(pid_t process, const std::string& program, const Answer& answer);

  int listener_ = -1;
  pid_t program_ = 0;
  bool program_began_ = false;
  std::string shm_;  // /dev/shm without symbolic links
  std::vector<std::byte> request_;
  std::vector<std::byte> response_;
  IsolationRecord record_;
};

}  // namespace cmapsim
