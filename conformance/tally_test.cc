#include "conformance/tally.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

constexpr std::string_view kClause = "cmap_dispatch.one";

Observation Seen(Conformity conformity, std::string outcome, std::string situation = "") {
  return {.clause = kClause,
          .situation = std::move(situation),
          .outcome = std::move(outcome),
          .conformity = conformity,
          .step = 3,
          .detail = ""};
}

Expectations Known() {
  Expectations known;
  known.target = "test";
  known.list.push_back({.clause = std::string(kClause),
                        .situation = "odd",
                        .accept = {"CS_ERR_BUSY"},
                        .versions = {},
                        .reason = "it is busy",
                        .evidence = "fixtures/plans/busy.yaml",
                        .shows = {}});
  return known;
}

class Tallies : public testing::Test {
 protected:
  Tally Of(int64_t first_case, const std::vector<Observation>& observations) const {
    Tally tally;
    for (const Observation& seen : observations) tally.Add(first_case++, seen, weighing_);
    return tally;
  }

  const Expectations known_ = Known();
  const Weighing weighing_{known_, ""};
  const Observation pass_ = Seen(Conformity::kConforms, "CS_OK");
  const Observation fail_ = Seen(Conformity::kDeparts, "CS_ERR_LIBRARY");
  const Observation other_fail_ = Seen(Conformity::kDeparts, "CS_ERR_ACCESS");
  const Observation expected_ = Seen(Conformity::kDeparts, "CS_ERR_BUSY", "odd");
};

TEST_F(Tallies, CountObservationsAndKeepTheWorstVerdict) {
  const Tally tally = Of(0, {pass_, expected_, pass_});
  const ClauseTally& clause = tally.clauses().at(kClause);
  EXPECT_EQ(clause.observations, 3);
  EXPECT_EQ(clause.documented, Verdict::kExpectedFail);
  EXPECT_FALSE(clause.first_failing);
}

TEST_F(Tallies, CarryReasonAndEvidenceOfWhatIsExpected) {
  const Tally tally = Of(0, {pass_, expected_});
  const ClauseTally& clause = tally.clauses().at(kClause);
  EXPECT_EQ(clause.evidence, "fixtures/plans/busy.yaml");
  EXPECT_NE(clause.detail.find("odd"), std::string::npos) << clause.detail;
  EXPECT_EQ(clause.reason, "it is busy");
}

TEST_F(Tallies, RememberTheFirstFailure) {
  const Tally tally = Of(10, {pass_, fail_, other_fail_});
  const ClauseTally& clause = tally.clauses().at(kClause);
  ASSERT_TRUE(clause.first_failing);
  EXPECT_EQ(clause.first_failing->case_index, 11);
  EXPECT_EQ(clause.first_failing->seen.outcome, "CS_ERR_LIBRARY");
  EXPECT_EQ(clause.detail, "CS_ERR_LIBRARY");
}

TEST_F(Tallies, MergedAreAsIfAllHadBeenAddedToOne) {
  const std::vector<Observation> all = {pass_, expected_, fail_, pass_, other_fail_, expected_};
  const Tally whole = Of(0, all);
  for (size_t cut = 0; cut <= all.size(); ++cut) {
    const auto middle = all.begin() + static_cast<ptrdiff_t>(cut);
    Tally merged = Of(0, {all.begin(), middle});
    merged.Merge(Of(static_cast<int64_t>(cut), {middle, all.end()}));
    const ClauseTally& a = whole.clauses().at(kClause);
    const ClauseTally& b = merged.clauses().at(kClause);
    EXPECT_EQ(a.observations, b.observations);
    EXPECT_EQ(a.documented, b.documented);
    EXPECT_EQ(a.compatible, b.compatible);
    EXPECT_EQ(a.detail, b.detail);
    EXPECT_EQ(a.reason, b.reason);
    EXPECT_EQ(a.evidence, b.evidence);
    EXPECT_EQ(a.first_failing->case_index, b.first_failing->case_index);
  }
}

TEST_F(Tallies, MergingSaysWhichClausesFailForTheFirstTime) {
  Tally tally;
  EXPECT_TRUE(tally.Merge(Of(0, {pass_})).empty());
  EXPECT_EQ(tally.Merge(Of(1, {fail_})), std::vector<std::string_view>{kClause});
  EXPECT_TRUE(tally.Merge(Of(2, {fail_})).empty());
}

TEST_F(Tallies, ATargetThatDoesNotClaimCompatibilityNeedNotBe) {
  const Judgement only_incompatible = {Verdict::kPass, Verdict::kFail};
  EXPECT_TRUE(weighing_.Fails(only_incompatible));
  Expectations modest = known_;
  modest.compatible = false;
  EXPECT_FALSE(Weighing(modest, "").Fails(only_incompatible));
  EXPECT_TRUE(Weighing(modest, "").Fails({Verdict::kUnexpectedPass, Verdict::kPass}));
}

}  // namespace
}  // namespace cmapsim
