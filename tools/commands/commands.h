// The subcommands: each adds itself to the command line and returns the function that carries it
// out and gives the exit status.
//
//   CLI::App app;
//   std::vector<Command> commands = {AddCheck(app), AddReplay(app), AddSweep(app)};
#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace cmapsim {

struct Command {
  CLI::App* app = nullptr;
  std::function<int()> run;
};

[[nodiscard]] Command AddCheck(CLI::App& app);
[[nodiscard]] Command AddReplay(CLI::App& app);
[[nodiscard]] Command AddExplain(CLI::App& app);
[[nodiscard]] Command AddRun(CLI::App& app);
[[nodiscard]] Command AddSweep(CLI::App& app);
[[nodiscard]] Command AddShrink(CLI::App& app);

// One clear message on standard error; returns the status to exit with.
int Trouble(const std::string& message);

}  // namespace cmapsim
