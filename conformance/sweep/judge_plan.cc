#include "conformance/sweep/judge_plan.h"

#include <utility>

#include "conformance/sweep/judge_run.h"
#include "conformance/sweep/points.h"
#include "conformance/sweep/run_record.h"

namespace cmapsim {

tl::expected<std::vector<std::string>, std::string> SignaturesOf(Plan plan, Target& target) {
  plan.transport = target.info().transport;
  const std::vector<Fault> faults = std::exchange(plan.faults, {NoFault()});
  const auto without = target.Run(plan, TraceLevel::kHost);
  if (!without) return tl::unexpected(without.error());
  const std::string baseline_text(*without);  // the next run takes its place
  const auto baseline = ReadRun(baseline_text);
  if (!baseline || !baseline->has_summary) {
    return tl::unexpected(std::string("without its faults the plan does not come to an end"));
  }
  const RunJudge judge(plan, *baseline);
  plan.faults = faults;
  const auto with = target.Run(plan, TraceLevel::kHost);
  if (!with) return tl::unexpected(with.error());
  const auto run = ReadRun(*with);
  if (!run) return tl::unexpected(std::string("the trace cannot be read"));
  std::string behind;
  for (const Fault& fault : faults) behind += (behind.empty() ? ": " : " + ") + FaultText(fault);
  behind += ": " + std::string(TransportName(plan.transport));
  std::vector<std::string> signatures;
  for (const RunFinding& finding : judge.Judge(faults, *run)) {
    signatures.push_back(finding.kind + ": " + finding.function + behind);
  }
  return signatures;
}

}  // namespace cmapsim
