#include "conformance/shrinking/plan_findings.h"

#include <iterator>
#include <utility>

#include "conformance/judge.h"
#include "conformance/sweep/judge_run.h"
#include "conformance/sweep/known.h"
#include "conformance/sweep/points.h"
#include "conformance/sweep/run_record.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

// "crash SIGSEGV" of "12 = crash SIGSEGV"; of an ending that can be right, nothing.
std::string BadEnding(std::string_view trace) {
  const size_t mark = trace.rfind(" = ");
  if (mark == std::string_view::npos) return "no ending";
  std::string_view ending = trace.substr(mark + 3);
  ending = ending.substr(0, ending.find('\n'));
  const auto kind = ParseEnding(ending.substr(0, ending.find(' ')));
  const bool bad = kind == EndingKind::kCrash || kind == EndingKind::kExit ||
                   kind == EndingKind::kHang || kind == EndingKind::kLivelock;
  return bad ? std::string(ending) : std::string();
}

std::string NameOf(const Observation& seen) {
  std::string name(seen.clause);
  if (!seen.situation.empty()) name += " [" + seen.situation + "]";
  return name + ": " + seen.outcome;
}

}  // namespace

PlanJudge::PlanJudge(Target& target, const Expectations& expectations)
    : target_(target),
      weighing_(expectations, target.info().version),
      live_(target.info().service == "corosync") {}

void PlanJudge::JudgeEnding(std::vector<PlanFinding>& findings) const {
  const std::string ending = BadEnding(trace_);
  if (!ending.empty()) findings.push_back({"ends as " + ending, {}, {}, {}});
}

void PlanJudge::JudgeClauses(const Plan& plan, std::vector<PlanFinding>& unknown,
                             std::vector<PlanFinding>& known) const {
  for (const Observation& seen : cmapsim::Judge(plan, trace_, {.live = live_})) {
    PlanFinding finding = {NameOf(seen), std::string(seen.clause), seen.detail, {}};
    const bool fails = weighing_.Fails(weighing_.Of(seen));
    if (!fails && seen.conformity != Conformity::kDeparts) continue;
    if (const Expectation* expected = weighing_.ExpectationFor(seen)) {
      finding.reason = expected->reason;
    }
    (fails ? unknown : known).push_back(std::move(finding));
  }
}

tl::expected<void, std::string> PlanJudge::JudgeFaults(Plan plan, std::vector<PlanFinding>& unknown,
                                                       std::vector<PlanFinding>& known) {
  const std::vector<Fault> faults = std::exchange(plan.faults, {NoFault()});
  const auto run = ReadRun(trace_);
  // With tasks, two runs differ by their turns too. Live runs count nothing.
  if (faults.empty() || live_ || !plan.tasks.empty() || !run) return {};
  const auto without = target_.Run(plan, TraceLevel::kHost);
  if (!without) return tl::unexpected(without.error());
  const std::string text(*without);
  const auto baseline = ReadRun(text);
  if (!baseline || !baseline->has_summary) return {};
  std::string broken;
  for (const Fault& fault : faults) broken += (broken.empty() ? "" : " + ") + FaultText(fault);
  plan.transport = target_.info().transport;
  for (RunFinding& found : RunJudge(plan, *baseline).Judge(faults, *run)) {
    PlanFinding finding = {found.kind + ": " + found.function, {}, std::move(found.detail), {}};
    const std::string signature = found.kind + ": " + found.function + ": " + broken + ": " +
                                  std::string(TransportName(plan.transport));
    const KnownFinding* entry = CorosyncKnownFindings().Find(signature);
    if (entry != nullptr) finding.reason = entry->reason;
    (entry != nullptr ? known : unknown).push_back(std::move(finding));
  }
  return {};
}

tl::expected<std::vector<PlanFinding>, std::string> PlanJudge::Judge(const Plan& plan) {
  const auto trace = target_.Run(plan, TraceLevel::kHost);
  if (!trace) return tl::unexpected(trace.error());
  trace_ = std::string(*trace);
  std::vector<PlanFinding> findings;
  std::vector<PlanFinding> known;
  JudgeEnding(findings);
  JudgeClauses(plan, findings, known);
  if (auto judged = JudgeFaults(plan, findings, known); !judged) {
    return tl::unexpected(judged.error());
  }
  std::move(known.begin(), known.end(), std::back_inserter(findings));
  return findings;
}

}  // namespace cmapsim
