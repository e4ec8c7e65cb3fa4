// The command.

#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "sim/core/words.h"
#include "tools/commands/command_line.h"
#include "tools/commands/commands.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/places.h"

namespace cmapsim {
namespace {

constexpr const char* kDescription =
    "cmapsim: a deterministic simulator of corosync's CMAP service, and a conformance harness\n"
    "Exit status: 0 conforms, or no finding; 1 does not conform; 2 wrong use or a missing piece";

// A reader that goes away shows as an error of write. A handler, and not SIG_IGN, because that
// would be handed down to the programs that are run.
void TakeSigpipe() {
  struct sigaction action = {};
  action.sa_handler = [](int) {};
  sigaction(SIGPIPE, &action, nullptr);
}

// CLI11 says of an unknown subcommand no more than that one is required.
int CheckSubcommand(const std::vector<Command>& commands, int argc, char** argv) {
  std::vector<std::string> names;
  for (const Command& command : commands) names.push_back(command.line->name());
  const std::string word = argc > 1 ? argv[1] : "";
  if (word.starts_with("-") || std::find(names.begin(), names.end(), word) != names.end()) {
    return -1;
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  if (word.empty()) return Trouble("a subcommand is required, one of " + JoinWords(known));
  return Trouble("there is no subcommand " + Quoted(word) + "; " + Suggestion(word, known));
}

int Refuse(const std::string& problem) {
  return Trouble(problem + "\nRun with --help for more information.");
}

int Main(int argc, char** argv) {
  TakeSigpipe();
  RememberCommand(argc > 0 ? argv[0] : "");
  CommandLine line(kDescription, "cmapsim");
  const std::vector<Command> commands = {AddCheck(line), AddReplay(line), AddRun(line),
                                         AddSweep(line), AddShrink(line), AddExplain(line)};
  if (const int status = CheckSubcommand(commands, argc, argv); status >= 0) return status;
  if (const auto status = line.Parse(argc, argv, Refuse)) return *status;
  for (const Command& command : commands) {
    if (command.line->parsed()) return command.run();
  }
  return kTrouble;
}

}  // namespace

int Trouble(const std::string& message) {
  std::fprintf(stderr, "cmapsim: %s\n", message.c_str());
  return kTrouble;
}

}  // namespace cmapsim

int main(int argc, char** argv) {
  try {
    return cmapsim::Main(argc, argv);
  } catch (const std::exception& e) {
    return cmapsim::Trouble(std::string("an internal error: ") + e.what());
  } catch (...) {
    return cmapsim::Trouble("an internal error");
  }
}
