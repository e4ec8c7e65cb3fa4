// A program in a process of its own, on the virtual host that is preloaded into it.
//
//   ProgramOptions options{.preload = *FindPreload(), .program = "/usr/sbin/corosync-cmapctl", ...};
//   auto isolation = Isolation::Enter();
//   const auto run = RunProgram(plan, options, **isolation);
//   run->ending == "exit 0"; run->trace.ends_with("= exit 0\n");
//
// The program has this process's standard output and error, and nothing of its environment but what
// is named in program_process.cc. A process that crashes, that burns CPU time without an interposed call, or that
// sleeps where the virtual host does not see it, ends the run as crash or hang; one that comes to a bound of real time
// or of output as limit (program_watch.h).
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "sim/core/plan.h"
#include "sim/core/trace.h"
#include "tools/commands/isolation/isolation.h"

namespace cmapsim {

struct ProgramOptions {
  std::string preload;
  std::string program;                 // a path
  std::vector<std::string> arguments;  // without the program
  TraceLevel level = TraceLevel::kApi;
  bool own_input = false;  // the plan's `input` steps are the standard input, not this process's
  bool real_time = false;  // virtual time passes no faster than real time
  // Virtual time from the program's start; the run ends where it would pass that. 0: no bound.
  Nanos until_ns = 0;
  bool until_asked = false;   // by the user: that end then comes before a stall of the same instant
  Nanos real_limit_ns = 0;    // of real time; 0: no bound
  uint64_t output_limit = 0;  // bytes that it and its children write; 0: no bound
};

struct ProgramRun {
  std::string trace;     // to its ending
  std::string ending;    // what stands behind "=": "exit 0", "deadlock poll", "crash SIGSEGV"
  bool in_exit = false;  // it ended in an exit handler or destructor, other than by their end
  bool output_unseen =
      false;           // the kernel did not count what was written: output_limit did not hold
  Nanos end_ns = 0;    // virtual time of the ending
  uint64_t calls = 0;  // interposed calls
  std::vector<std::string> told;  // what it started on the real host, and what it was refused there
};

// The error: the program could not be started, or the virtual host did not come up in it.
[[nodiscard]] tl::expected<ProgramRun, std::string> RunProgram(const Plan& plan,
                                                               const ProgramOptions& options,
                                                               Isolation& isolation);

// The path of a program: as given where it has a slash, else from PATH and the folders of
// administrators' programs.
[[nodiscard]] tl::expected<std::string, std::string> FindProgram(const std::string& name);

}  // namespace cmapsim
