#include "conformance/suites/errors.h"

#include <fnmatch.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "conformance/oracle/function_clauses.h"
#include "conformance/suites/breakdowns.h"
#include "sim/core/fault.h"
#include "sim/core/plan.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

constexpr std::string_view kNoPlan = "nobody has said yet how it comes about, or why it cannot";

// What a trace says about the judged call.
struct Seen {
  bool called = false;
  std::string outcome;       // the code, or how the run ended inside the call
  std::string not_offered;   // an operation of the plan that the library does not have
  bool struck_host = false;  // a fault of the host struck in the call
  bool struck_host_before = false;
  // The judged call names a handle that was never given out, and was refused for that alone.
  bool unknown_handle = false;
  bool struck = false;  // any other fault, anywhere
};

bool IsOfHost(const Plan& plan, int32_t fault) {
  const auto index = static_cast<size_t>(fault);
  // Signals come from outside: the call that they come in need not be the judged one.
  return index < plan.faults.size() && RowOf(plan.faults[index].kind).OfHost() &&
         plan.faults[index].kind != FaultKind::kHostSignal;
}

class Reading {
 public:
  Reading(const ErrorPair& pair, const Plan& plan)
      : pair_(pair), plan_(plan), steps_(StepsById(plan)) {}

  void Next(const TraceEvent& event) {
    if (event.mark == '<' && event.word == "NOT_OFFERED")
      seen_.not_offered = FunctionOf(event.step);
    if (event.mark == '>' && IsJudged(event.step)) {
      seen_.struck_host_before = seen_.struck_host_before || seen_.struck_host;
      seen_.struck_host = false;
      seen_.called = true;
      open_ = event.step;
    } else if (event.mark == '<' && event.step == open_) {
      seen_.outcome = event.word;
      seen_.unknown_handle = seen_.outcome == "CS_ERR_BAD_HANDLE" && pair_.code != seen_.outcome &&
                             steps_[static_cast<size_t>(event.step)]->raw_handle.has_value();
      open_ = -1;
    } else if (event.mark == '=' && open_ != -1) {
      seen_.outcome = std::string(event.word);
      for (const TraceField& field : event.fields) {
        seen_.outcome += " " + std::string(field.value);
      }
    } else if (event.mark == '*') {
      const bool inside = open_ != -1;
      if (!IsOfHost(plan_, event.step)) {
        seen_.struck = true;
      } else {
        (inside ? seen_.struck_host : seen_.struck_host_before) = true;
      }
    }
  }

  [[nodiscard]] const Seen& seen() const { return seen_; }

 private:
  [[nodiscard]] bool IsJudged(int32_t step) const {
    const auto index = static_cast<size_t>(step);
    return index < steps_.size() && FunctionClauses(steps_[index]->op).function == pair_.function;
  }

  [[nodiscard]] std::string FunctionOf(int32_t step) const {
    const auto index = static_cast<size_t>(step);
    return index < steps_.size() ? std::string(FunctionClauses(steps_[index]->op).function)
                                 : std::string();
  }

  const ErrorPair& pair_;
  const Plan& plan_;
  const std::vector<const Step*> steps_;
  Seen seen_;
  int32_t open_ = -1;
};

// Why the trace shows nothing about the code, or empty.
std::string ShowsNothing(const ErrorPair& pair, const Plan& plan, const Seen& seen) {
  if (!seen.not_offered.empty()) return "not offered: " + seen.not_offered;
  if (!seen.called) return "the run ended before " + pair.function + " was called";
  if (seen.unknown_handle) return "the library gave out no handle such as the plan names";
  if (seen.struck_host_before) return "the fault struck before the call that it was meant for";
  if (!plan.faults.empty() && !seen.struck && !seen.struck_host) {
    return "the fault found nothing to strike in " + pair.function;
  }
  return {};
}

std::string PropertyOf(const ErrorPair& pair, const ErrorWitness* witness) {
  std::string name = "errors/" + pair.function + "/" + pair.code;
  if (witness != nullptr && !witness->way.empty()) name += "/" + witness->way;
  return name;
}

FixedCase Unseen(const ErrorPair& pair) {
  FixedCase unseen;
  unseen.clause = pair.clause->id;
  unseen.property = PropertyOf(pair, nullptr);
  unseen.detail = pair.reason.empty() ? std::string(kNoPlan) : pair.reason;
  return unseen;
}

// Live, what a plan breaks is broken for others too, and a fault of the service cannot be had at
// all.
bool CanRunLive(const Plan& plan) {
  return plan.faults.empty() && std::none_of(plan.steps.begin(), plan.steps.end(),
                                             [](const Step& s) { return s.op == Op::kService; });
}

FixedCase Skipped(const ErrorPair& pair, const ErrorWitness& witness, const char* why) {
  FixedCase skipped;
  skipped.clause = pair.clause->id;
  skipped.property = PropertyOf(pair, &witness);
  skipped.plan = witness.path;
  skipped.skipped = true;
  skipped.detail = why;
  return skipped;
}

}  // namespace

FixedCase JudgeErrorWitness(const ErrorPair& pair, const ErrorWitness& witness,
                            std::string_view trace) {
  FixedCase shown;
  shown.clause = pair.clause->id;
  shown.property = PropertyOf(pair, &witness);
  shown.plan = witness.path;
  Reading reading(pair, witness.plan);
  const auto events = ParseTrace(trace);
  if (!events) {
    shown.detail = "a line of the trace is no trace line";
    return shown;
  }
  for (const TraceEvent& event : *events) reading.Next(event);
  shown.detail = ShowsNothing(pair, witness.plan, reading.seen());
  if (!shown.detail.empty()) return shown;

  Observation seen;
  seen.clause = pair.clause->id;
  seen.situation = witness.means;
  seen.outcome = reading.seen().outcome;
  seen.conformity = seen.outcome == pair.code ? Conformity::kConforms : Conformity::kDeparts;
  shown.detail = witness.means;
  if (!witness.possible) shown.detail += " (Robustness: no correct system does this.)";
  if (seen.conformity == Conformity::kDeparts) {
    shown.detail = "expected " + pair.code + " of " + pair.function + ", got " + seen.outcome +
                   ": " + shown.detail;
  }
  seen.detail = shown.detail;
  shown.seen = std::move(seen);
  return shown;
}

tl::expected<std::vector<FixedCase>, std::string> RunErrorCodes(Target& target,
                                                                const FixedCaseOptions& options) {
  std::vector<FixedCase> cases;
  Breakdowns breakdowns;
  for (const ErrorPair& pair : ErrorPairs()) {
    if (fnmatch(options.clause_glob.c_str(), pair.clause->id.c_str(), 0) != 0) continue;
    const size_t before = cases.size();
    for (const ErrorWitness& witness : pair.witnesses) {
      if (!witness.IsOf(target.info().transport)) continue;
      const bool no_faults = options.live && !CanRunLive(witness.plan);
      if (no_faults || breakdowns.Enough()) {
        cases.push_back(Skipped(pair, witness, no_faults ? kNeedsFaults : Breakdowns::kLeftOut));
        continue;
      }
      const auto trace = target.Run(witness.plan, TraceLevel::kApi);
      if (!trace) return tl::unexpected(witness.path + ": " + trace.error());
      cases.push_back(JudgeErrorWitness(pair, witness, *trace));
      breakdowns.CountService(*trace);
      if (cases.back().seen) breakdowns.Count(cases.back().seen->outcome);
    }
    if (cases.size() == before) cases.push_back(Unseen(pair));
  }
  return cases;
}

}  // namespace cmapsim
