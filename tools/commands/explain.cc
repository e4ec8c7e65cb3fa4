// cmapsim explain: what a clause or a fault is.

#include "conformance/explain.h"

#include <poll.h>

#include <cerrno>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "conformance/clause.h"
#include "conformance/expectations.h"
#include "conformance/suite.h"
#include "conformance/suites/error_codes.h"
#include "sim/core/fault.h"
#include "sim/core/plan_yaml_fault.h"
#include "sim/core/words.h"
#include "tools/commands/commands.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/output.h"

namespace cmapsim {
namespace {

// An example of each field, for a plan that can be copied.
Fault ExampleFault(std::string_view name) {
  Fault fault;
  const FaultRow& row = *FindFaultRow(name);
  if (!ParseFaultName(name, fault)) {  // "host.*.errno": for one of its calls
    fault.kind = row.kind;
    fault.call = row.kind == FaultKind::kHostReady ? LibcCall::poll : LibcCall::recv;
  }
  fault.delay_ns = row.Takes(FaultField::kJump) ? -kHour : kDay;
  fault.size = 16;
  if (row.Takes(FaultField::kErrno)) {
    const auto documented =
        fault.call == LibcCall::kCount ? std::span<const int>() : DocumentedErrnos(fault.call);
    fault.number = documented.empty() ? EACCES : documented.front();
  }
  if (row.Takes(FaultField::kError)) fault.number = 10;  // CS_ERR_BUSY
  if (row.Takes(FaultField::kRevents)) fault.number = POLLHUP;
  if (row.Takes(FaultField::kSignal)) fault.number = SIGUSR1;
  return fault;
}

std::string ErrnoNames(std::span<const int> errnos) {
  std::string text;
  for (const int error : errnos) text += (text.empty() ? "" : " ") + ErrnoName(error);
  return text;
}

std::string ExplainFault(std::string_view name) {
  const FaultRow& row = *FindFaultRow(name);
  std::string text = std::string(name) + "\n" + std::string(row.sentence) + "\n";
  if (row.nature == FaultNature::kNever) {
    text += "A correct service never does this: what a library makes of it is robustness.\n";
  }
  const Fault example = ExampleFault(name);
  if (row.kind == FaultKind::kHostErrno && name == FaultName(example)) {
    text += "\nerrnos of its manual page: " + ErrnoNames(DocumentedErrnos(example.call)) +
            "\nothers that libqb or corosync translates: " +
            ErrnoNames(RobustnessErrnos(example.call)) + "\n";
  }
  text += "\nin a plan:\n  faults:\n    - ";
  AppendFault(example, text);
  return text + "\n";
}

// A word that is neither: what is near it, and what there is.
std::string Unknown(const std::string& word) {
  std::vector<std::string_view> known;
  for (const Clause& clause : ClauseRegister::Get().clauses()) known.push_back(clause.id);
  for (const FaultRow& row : FaultTable()) {
    if (row.OfCall()) known.push_back(row.name);
  }
  for (const std::string_view name : FaultNames()) known.push_back(name);
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
  if (FindFaultRow(word) != nullptr) {
    text = ExplainFault(word);
  } else if (ClauseRegister::Get().Find(word) != nullptr) {
    const auto explained =
        ExplainClause(word, {AllProperties(), CorosyncExpectations(), ErrorPairs()});
    if (!explained) return Trouble(explained.error());
    text = *explained;
  } else if (text = ListClauses(word); text.empty()) {
    return Trouble(Unknown(word));
  }
  if (auto written = WriteOutput({}, text); !written) return Trouble(written.error());
  return kConforms;
}

}  // namespace

Command AddExplain(CommandLine& line) {
  auto word = std::make_shared<std::string>();
  CommandLine& explain = line.AddSubcommand("explain", "say what a clause or a fault is");
  explain
      .AddOption("clause-or-fault", *word,
                 "a clause's id, a glob of such or a page's name to list them, or a fault's name")
      .Required()
      .TypeName("CLAUSE|FAULT");
  return {&explain, [word] { return Run(*word); }};
}

}  // namespace cmapsim
