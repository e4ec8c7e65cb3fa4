// All that is bad about one plan on one target: how the run ends, what departs from the clauses, and what the
// plan's faults do not excuse.
//
//   PlanJudge judge(*target, CorosyncExpectations());
//   auto findings = judge.Judge(plan);          // the gravest first
//   findings->front().name                      // "cmap_dispatch.one: CS_OK, 0 callbacks"
//
// A name is made of stable words: two plans show the same where they have a finding of one name.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/expectations.h"
#include "conformance/tally.h"
#include "conformance/target.h"

namespace cmapsim {

struct PlanFinding {
  std::string name;
  std::string clause;  // empty: none
  std::string detail;
  std::string reason;  // where it is known of this target: why
};

class PlanJudge {
 public:
  // All stay the caller's.
  PlanJudge(Target& target, const Expectations& expectations);

  // The error is the harness's own: the target could not be run.
  [[nodiscard]] tl::expected<std::vector<PlanFinding>, std::string> Judge(const Plan& plan);
  // Of the last plan, with the host level.
  [[nodiscard]] const std::string& trace() const { return trace_; }

 private:
  void JudgeEnding(std::vector<PlanFinding>& findings) const;
  void JudgeClauses(const Plan& plan, std::vector<PlanFinding>& unknown,
                    std::vector<PlanFinding>& known) const;
  [[nodiscard]] tl::expected<void, std::string> JudgeFaults(Plan plan,
                                                            std::vector<PlanFinding>& unknown,
                                                            std::vector<PlanFinding>& known);

  Target& target_;
  Weighing weighing_;
  bool live_;
  std::string trace_;
};

}  // namespace cmapsim
