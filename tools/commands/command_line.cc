#include "tools/commands/command_line.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <utility>

namespace cmapsim {

CommandOption& CommandOption::Required() {
  option_->required();
  return *this;
}

CommandOption& CommandOption::TypeName(const std::string& name) {
  option_->type_name(name);
  return *this;
}

// Of the validators the help says nothing: the type's name says the words, and the text the range.

CommandOption& CommandOption::OneOf(std::vector<std::string> words) {
  option_->check(CLI::IsMember(std::move(words)).description(""));
  return *this;
}

CommandOption& CommandOption::InRange(int64_t least, int64_t most) {
  option_->check(CLI::Range(least, most).description(""));
  return *this;
}

CommandOption& CommandOption::InRange(double least, double most) {
  option_->check(CLI::Range(least, most).description(""));
  return *this;
}

CommandLine::CommandLine(const std::string& description, const std::string& name)
    : own_(std::make_unique<CLI::App>(description, name)), app_(own_.get()) {}

CommandLine::CommandLine(CLI::App* subcommand) : app_(subcommand) {}

CommandLine::~CommandLine() = default;

CommandLine& CommandLine::AddSubcommand(const std::string& name, const std::string& description) {
  app_->require_subcommand(1);
  subcommands_.push_back(
      std::unique_ptr<CommandLine>(new CommandLine(app_->add_subcommand(name, description))));
  return *subcommands_.back();
}

CommandOption CommandLine::AddOption(const std::string& name, std::string& value,
                                     const std::string& help) {
  return CommandOption(app_->add_option(name, value, help));
}

CommandOption CommandLine::AddOption(const std::string& name, std::optional<uint64_t>& value,
                                     const std::string& help) {
  return CommandOption(app_->add_option(name, value, help));
}

CommandOption CommandLine::AddOption(const std::string& name, int64_t& value,
                                     const std::string& help) {
  return CommandOption(app_->add_option(name, value, help));
}

CommandOption CommandLine::AddOption(const std::string& name, int& value, const std::string& help) {
  return CommandOption(app_->add_option(name, value, help));
}

CommandOption CommandLine::AddOption(const std::string& name, double& value,
                                     const std::string& help) {
  return CommandOption(app_->add_option(name, value, help));
}

CommandOption CommandLine::AddOption(const std::string& name, std::vector<std::string>& values,
                                     const std::string& help) {
  return CommandOption(app_->add_option(name, values, help));
}

CommandOption CommandLine::AddParsed(const std::string& name,
                                     std::function<std::string(const std::string&)> parse,
                                     const std::string& help) {
  return CommandOption(app_->add_option_function<std::string>(
      name,
      [name, parse = std::move(parse)](const std::string& text) {
        const std::string problem = parse(text);
        if (!problem.empty()) throw CLI::ValidationError(name, problem);
      },
      help));
}

CommandOption CommandLine::AddFlag(const std::string& name, bool& value, const std::string& help) {
  return CommandOption(app_->add_flag(name, value, help));
}

std::string CommandLine::name() const { return app_->get_name(); }

bool CommandLine::parsed() const { return app_->parsed(); }

std::optional<int> CommandLine::Parse(
    int argc, char** argv, const std::function<int(const std::string& problem)>& refuse) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << app_->help();
    return 0;
  } catch (const CLI::ParseError& e) {
    return refuse(e.what());
  }
  return std::nullopt;
}

}  // namespace cmapsim
