// A whole program as the virtual host's client, where the harness does not own the process.
//
//   class Preloaded : public Program { ... };
//   host.SetProgram(&preloaded);
//   host.Run(plan, keys, level, [&] { preloaded.Main(); });
//
// A plan's client is left by longjmp and its memory restored; a program's process just ends.
#pragma once

#include <string_view>

#include "sim/core/time.h"

namespace cmapsim {

class Program {
 public:
  virtual ~Program() = default;
  // Bytes of the plan for the program's standard input.
  virtual void Input(std::string_view bytes) = 0;
  // Virtual time is about to pass.
  virtual void TimePasses(Nanos duration_ns) = 0;
  // The run is over and its ending written: ends the process.
  [[noreturn]] virtual void Leave() = 0;
  // The program calls exit(3): its exit handlers and destructors run first, as client code.
  [[noreturn]] virtual void Exit(int status) = 0;
  // It calls quick_exit(3): the handlers of at_quick_exit(3) run first, as client code.
  [[noreturn]] virtual void QuickExit(int status) = 0;
  // It calls _exit(2).
  [[noreturn]] virtual void ExitNow(int status) = 0;
};

}  // namespace cmapsim
