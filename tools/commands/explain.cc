// cmapsim explain: what a clause or a fault is.

#include "conformance/explain.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "conformance/clause.h"
#include "sim/core/fault.h"
#include "sim/core/words.h"
#include "tools/commands/commands.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/output.h"

namespace cmapsim {
namespace {

std::string ExplainFault(const FaultRow& row) {
  std::string text = std::string(row.name) + "\n" + std::string(row.sentence) + "\n\nin a plan:\n";
  text += "  faults:\n    - {fault: " + std::string(row.name) + ", nth: 1";
  return text + (row.takes_delay ? ", delay: 24h}\n" : "}\n");
}

// A word that is neither: what is near it, and what there is.
std::string Unknown(const std::string& word) {
  std::vector<std::string_view> known;
  for (const Clause& clause : ClauseRegister::Get().clauses()) known.push_back(clause.id);
  for (const FaultRow& row : FaultTable()) known.push_back(row.name);
  std::string message = "there is no clause or fault " + Quoted(word);
  if (const auto near = NearestWord(word, known)) {
    return message + "; did you mean " + Quoted(*near) + "?";
  }
  std::string within;
  for (const std::string_view id : known) {
    if (id.find(word) != std::string_view::npos) within += "\n  " + std::string(id);
  }
  return message + (within.empty() ? "; cmapsim check --format=json names every clause"
                                   : "; these have it in their names:" + within);
}

int Run(const std::string& word) {
  std::string text;
  if (const auto kind = ParseFault(word)) {
    for (const FaultRow& row : FaultTable()) {
      if (row.kind == *kind) text = ExplainFault(row);
    }
  } else if (ClauseRegister::Get().Find(word) != nullptr) {
    const auto explained = ExplainClause(word, AllProperties(), CorosyncExpectations());
    if (!explained) return Trouble(explained.error());
    text = *explained;
  } else {
    return Trouble(Unknown(word));
  }
  if (auto written = WriteOutput({}, text); !written) return Trouble(written.error());
  return kConforms;
}

}  // namespace

Command AddExplain(CLI::App& app) {
  auto word = std::make_shared<std::string>();
  CLI::App* explain = app.add_subcommand("explain", "say what a clause or a fault is");
  explain->add_option("clause-or-fault", *word, "a clause's id or a fault's name")
      ->required()
      ->type_name("CLAUSE|FAULT");
  return {explain, [word] { return Run(*word); }};
}

}  // namespace cmapsim
