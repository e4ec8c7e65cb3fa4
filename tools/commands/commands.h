// The subcommands: each adds itself to the command line and returns the function that carries it
// out and gives the exit status.
//
//   CommandLine line(description, "cmapsim");
//   std::vector<Command> commands = {AddCheck(line), AddReplay(line), AddSweep(line)};
#pragma once

#include <functional>
#include <string>

#include "tools/commands/command_line.h"

namespace cmapsim {

struct Command {
  CommandLine* line = nullptr;
  std::function<int()> run;
};

[[nodiscard]] Command AddCheck(CommandLine& line);
[[nodiscard]] Command AddReplay(CommandLine& line);
[[nodiscard]] Command AddExplain(CommandLine& line);
[[nodiscard]] Command AddRun(CommandLine& line);
[[nodiscard]] Command AddSweep(CommandLine& line);
[[nodiscard]] Command AddShrink(CommandLine& line);

// One clear message on standard error; returns the status to exit with.
int Trouble(const std::string& message);

}  // namespace cmapsim
