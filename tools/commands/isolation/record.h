// What processes on the real host did during a run, and what they were refused.
//
//   IsolationRecord record;
//   record.ProcessBegins("/usr/bin/dash");                       // a fork, by a process of that program
//   record.ProgramStarts(71, "/usr/bin/dash", "/usr/bin/env");   // an exec in the new process
//   record.Refuse(Refused::kConnection, "cmap", "/usr/sbin/corosync-cmapctl");
//   for (const std::string& sentence : record.Sentences()) ...
//   // started 1 process on the real host: /usr/bin/env
//   // refused 1 connection to a corosync service: cmap, by /usr/sbin/corosync-cmapctl
//
// Its memory is bounded, whatever the processes do: past kDistinct of a kind it only counts.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cmapsim {

enum class Refused {
  kConnection,  // to a corosync service; `what`: which
  kFile,        // one of libqb's; `what`: its path
  kProgram32,   // a 32-bit program was to be started; `what`: its path
  kCall32,      // a call by the kernel's entry for 32-bit programs
  kIoUring,
  kUnreadable,  // a call whose arguments could not be read
};

class IsolationRecord {
 public:
  static constexpr size_t kDistinct = 64;
  // More than these are not named, but counted.
  static constexpr size_t kNamed = 4;

  // The program itself is being simulated from here on; its next exec makes it a process on the real host.
  void SetProgram(pid_t program) { program_ = program; }

  // A process of the program `parent` forks.
  void ProcessBegins(const std::string& parent);
  // The process, until now one of the program `before`, becomes one of the program `path`.
  void ProgramStarts(pid_t process, const std::string& before, const std::string& path);
  void Refuse(Refused kind, const std::string& what, const std::string& by);

  [[nodiscard]] uint64_t processes() const { return processes_; }
  // Of connections and files of corosync.
  [[nodiscard]] uint64_t refused() const { return refused_; }
  [[nodiscard]] std::vector<std::string> Sentences() const;

 private:
  struct Refusals {
    uint64_t count = 0;
    std::set<std::pair<std::string, std::string>> named;  // what, by
    bool more = false;
  };

  [[nodiscard]] std::string Started() const;

  pid_t program_ = 0;
  uint64_t processes_ = 0;
  uint64_t refused_ = 0;
  std::map<std::string, uint64_t> forked_;  // by the parent's program: children that are still that
  std::set<std::string> started_;
  std::set<pid_t> known_;  // processes that have become another program
  bool more_started_ = false;
  std::map<Refused, Refusals> refusals_;
};

}  // namespace cmapsim
