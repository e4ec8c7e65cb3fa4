// Where programs run so that nothing that they or their children do reaches a real corosync of this machine.
//
//   auto isolation = Isolation::Enter();              // once for a command, before it has threads
//   if (!isolation) return Trouble(isolation.error());
//   auto pid = (*isolation)->Start({.program = "/usr/bin/env", .arguments = {"env"}});
//   IsolatedEnd end;
//   while (!(*isolation)->Ended(end, 20)) ...          // (*isolation)->Kill();
//   end.status; end.told;                              // "started 1 process on the real host: /usr/bin/env"
//
// Two layers, each where the kernel and the container allow it:
// - calls (call_filter.h, supervisor.h): a connection to the name of a corosync service is refused with
//   ECONNREFUSED, a use of libqb's files with EACCES;
// - namespaces (namespaces.h): what is in them has a network, IPC, a /dev/shm and processes of its own.
// With neither, Enter or Start fails and says why.
//
// When this process ends, however it does, the program and all that it started are killed (keeper.h), and so is
// what a program has left when it ends. One program at a time, and used by one thread, which must outlive it:
// commands with several at once have an Isolation for each.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "tools/commands/isolation/namespaces.h"

namespace cmapsim {

struct IsolatedStart {
  std::string program;                 // a path
  std::vector<std::string> arguments;  // argv[0] is the first
  std::vector<std::string> variables;  // the whole environment: "NAME=value"
  // This process's descriptors and the numbers under which the program has them: at most seven, each below 200.
  // What this process was started with it has too.
  std::vector<std::pair<int, int>> descriptors = {};
};

struct IsolatedEnd {
  int status = 0;           // as from wait
  int execution_error = 0;  // errno: the program could not be executed
  uint64_t processes = 0;   // that it started on the real host
  uint64_t refused = 0;     // calls that reached for a corosync
  bool lost =
      false;  // the keeper was killed, and the program with it: nothing of the above is known
  std::vector<std::string> told;  // sentences for the user
};

class Isolation {
 public:
  [[nodiscard]] static tl::expected<std::unique_ptr<Isolation>, std::string> Enter();
  ~Isolation();
  Isolation(const Isolation&) = delete;
  Isolation& operator=(const Isolation&) = delete;

  // The process's number as this process sees it. It may be that it could not be executed: its end says so.
  [[nodiscard]] tl::expected<pid_t, std::string> Start(const IsolatedStart& start);
  // Waits for the program's end for up to `timeout_ms`, -1: for ever.
  [[nodiscard]] bool Ended(IsolatedEnd& end, int timeout_ms);
  void Kill();

  [[nodiscard]] NamespaceKind namespaces() const { return kind_; }

 private:
  Isolation() = default;
  [[nodiscard]] tl::expected<void, std::string> Try(NamespaceKind kind);
  void Tell(IsolatedEnd& end) const;

  NamespaceKind kind_ = NamespaceKind::kNone;
  std::string no_namespaces_;  // why; empty where there are some
  int filter_error_ = 0;       // errno with which the filter of calls was refused
  int control_ = -1;
  pid_t keeper_ = -1;  // or process 1 of its namespace
};

}  // namespace cmapsim
