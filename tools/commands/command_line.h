// The command line: subcommands and their options.
//
//   CommandLine line("what the command does", "cmapsim");
//   CommandLine& run = line.AddSubcommand("run", "run a program on the virtual host");
//   run.AddOption("--plan", options.plan, "faults and first keys").TypeName("FILE");
//   run.AddOption("program", options.program, "the program").Required().TypeName("PROGRAM ARG...");
//   if (const auto status = line.Parse(argc, argv)) return *status;
//   if (run.parsed()) ...
//
// The work is CLI11's. Only command_line.cc includes it: its header costs each file that does seven
// seconds of compiling.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace cmapsim {

// One option, which the command line owns.
class CommandOption {
 public:
  explicit CommandOption(CLI::Option* option) : option_(option) {}

  CommandOption& Required();
  // What the help calls its value.
  CommandOption& TypeName(const std::string& name);
  // Its value is one of these words.
  CommandOption& OneOf(std::vector<std::string> words);
  // Its value is a number from `least` to `most`.
  CommandOption& InRange(int64_t least, int64_t most);
  CommandOption& InRange(double least, double most);

 private:
  CLI::Option* option_;
};

class CommandLine {
 public:
  CommandLine(const std::string& description, const std::string& name);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  // Owned by this one. Where there are subcommands, one is required.
  CommandLine& AddSubcommand(const std::string& name, const std::string& description);

  // The value is written when the command line is parsed. A name without dashes is an argument's.
  CommandOption AddOption(const std::string& name, std::string& value, const std::string& help);
  CommandOption AddOption(const std::string& name, std::optional<uint64_t>& value,
                          const std::string& help);
  CommandOption AddOption(const std::string& name, int64_t& value, const std::string& help);
  CommandOption AddOption(const std::string& name, int& value, const std::string& help);
  CommandOption AddOption(const std::string& name, double& value, const std::string& help);
  CommandOption AddOption(const std::string& name, std::vector<std::string>& values,
                          const std::string& help);
  // `parse` takes the text and returns what is wrong with it, or nothing.
  CommandOption AddParsed(const std::string& name,
                          std::function<std::string(const std::string&)> parse,
                          const std::string& help);
  CommandOption AddFlag(const std::string& name, bool& value, const std::string& help);

  [[nodiscard]] std::string name() const;
  [[nodiscard]] bool parsed() const;  // of a subcommand: whether it was the one

  // The exit status where there is nothing more to do: after help, which it prints, or wrong use, where
  // `refuse` says what is wrong and gives the status.
  [[nodiscard]] std::optional<int> Parse(
      int argc, char** argv, const std::function<int(const std::string& problem)>& refuse);

 private:
  explicit CommandLine(CLI::App* subcommand);

  std::unique_ptr<CLI::App> own_;  // null: of a subcommand, which its command line owns
  CLI::App* app_;
  std::vector<std::unique_ptr<CommandLine>> subcommands_;
};

}  // namespace cmapsim
