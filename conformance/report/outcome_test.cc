#include "conformance/report/outcome.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

TargetReport Report(Verdict verdict, int64_t cases, std::vector<Lacking> lacking = {}) {
  TargetReport report;
  report.target.name = "libcmap, simulated, shm";
  report.results.push_back({.clause = "cmap_set.stores",
                            .property = "p/a",
                            .verdict = verdict,
                            .compatible = verdict,
                            .cases = cases});
  report.lacking = std::move(lacking);
  return report;
}

const Lacking kFew = {"cmap_get.value", 1, {}};
const Lacking kParts = {"cmap_set.key_limits", 9, {"3 characters", "255 characters"}};

TEST(Outcome, SaysThatTargetsConformWhereEvidenceIsEnough) {
  const Outcome outcome =
      OutcomeOf({Report(Verdict::kPass, 9), Report(Verdict::kExpectedFail, 9)}, {});
  EXPECT_EQ(outcome.line, "conforms");
  EXPECT_EQ(outcome.status, 0);
}

TEST(Outcome, IsInconclusiveWhereSomeTargetLacksEvidence) {
  const Outcome outcome =
      OutcomeOf({Report(Verdict::kPass, 9, {kFew, kParts}), Report(Verdict::kPass, 9, {kFew})}, {});
  EXPECT_EQ(outcome.line, "inconclusive: 2 clauses without evidence");
  EXPECT_EQ(outcome.status, 2);
  const Outcome one = OutcomeOf({Report(Verdict::kPass, 9, {kFew})}, {});
  EXPECT_EQ(one.line, "inconclusive: 1 clause without evidence");
}

TEST(Outcome, SaysWhatFailsBeforeWhatIsLacking) {
  const Outcome outcome =
      OutcomeOf({Report(Verdict::kPass, 9, {kFew}), Report(Verdict::kFail, 9)}, {});
  EXPECT_EQ(outcome.line, "does not conform: 1 clause: cmap_set.stores");
  EXPECT_EQ(outcome.status, 1);
}

TEST(Outcome, DoesNotOweEvidenceWhereFewCasesWereAskedFor) {
  TargetReport report = Report(Verdict::kPass, 1, {kFew});
  report.evidence_owed = false;
  const Outcome outcome = OutcomeOf({report}, {.few_cases = 5});
  EXPECT_EQ(outcome.line,
            "inconclusive: 1 clause without evidence, which was asked for so (--cases=5)");
  EXPECT_EQ(outcome.status, 0);
}

TEST(Outcome, SaysWhatWasLeftOutWhereClausesWereAskedFor) {
  const Outcome outcome =
      OutcomeOf({Report(Verdict::kPass, 9)}, {.clause_glob = "cmap_set.stores"});
  EXPECT_TRUE(outcome.line.starts_with("conforms in what was asked: 1 of 1 clause judged, "))
      << outcome.line;
  EXPECT_TRUE(outcome.line.ends_with(" left out (--clause=cmap_set.stores)")) << outcome.line;
  EXPECT_EQ(outcome.status, 0);
  const Outcome lacking =
      OutcomeOf({Report(Verdict::kPass, 1, {kFew})}, {.clause_glob = "cmap_get.value"});
  EXPECT_EQ(lacking.line, "inconclusive: 1 clause without evidence");
  EXPECT_EQ(lacking.status, 2) << "the clause that was asked for is what lacks it";
}

TEST(Outcome, NeverSaysConformsWhereNothingWasJudged) {
  const Outcome outcome =
      OutcomeOf({Report(Verdict::kNotReached, 0)}, {.clause_glob = "cmap_overview.name"});
  EXPECT_EQ(outcome.line,
            "inconclusive: nothing was judged of 1 clause (--clause=cmap_overview.name)");
  EXPECT_EQ(outcome.status, 0);
}

TEST(Outcome, OfALaterShardLeavesEvidenceToTheFirst) {
  const Outcome outcome =
      OutcomeOf({Report(Verdict::kPass, 9)}, {.shard = {.index = 2, .total = 4}});
  EXPECT_TRUE(outcome.line.starts_with("conforms in this share of the cases (shard 3 of 4)"))
      << outcome.line;
  EXPECT_EQ(outcome.status, 0);
}

TEST(Outcome, DescribesWhatAClauseLacks) {
  EXPECT_EQ(DescribeLacking(kFew, 4), "cmap_get.value: 1 case of 3");
  EXPECT_EQ(DescribeLacking(kParts, 0),
            "cmap_set.key_limits: seen too rarely: 3 characters, 255 characters");
  EXPECT_EQ(DescribeLacking(kParts, 1),
            "cmap_set.key_limits: seen too rarely: 3 characters and 1 more");
}

}  // namespace
}  // namespace cmapsim
