// What is run again, how often, and what is made of it.
#include "conformance/repeat.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cmapsim {
namespace {

constexpr std::string_view kClause = "test.clause";
constexpr std::string_view kOther = "test.other";

Observation Seen(std::string_view clause, std::string outcome) {
  return {.clause = clause,
          .situation = {},
          .outcome = std::move(outcome),
          .conformity = Conformity::kDeparts,
          .step = 0,
          .detail = {}};
}

class Repeats : public testing::Test {
 protected:
  Repeats() : property_{"p/a", {}, "", true, nullptr}, live_(known_, "", true) {
    jobs_.resize(2);
    for (SearchJob& job : jobs_) job.property = &property_;
  }

  void See(size_t job, int64_t index, const Observation& seen) {
    jobs_[job].tally.Add(index, seen, live_);
  }
  // Each run is asked whether it fails, by its number.
  void Repeat(const std::function<bool(int run)>& fails, bool live = true) {
    const auto done =
        RepeatFindings(jobs_,
                       [&](const SearchJob&, int64_t index) -> tl::expected<Rerun, std::string> {
                         cases_.push_back(index);
                         Rerun rerun;
                         rerun.digest = "second";
                         if (fails(static_cast<int>(cases_.size()) - 1)) rerun.failing = {seen_};
                         return rerun;
                       },
                       {.live = live});
    EXPECT_TRUE(done);
  }
  [[nodiscard]] const ClauseTally& Of(size_t job) const {
    return jobs_[job].tally.clauses().at(kClause);
  }

  Property property_;
  Expectations known_;
  Weighing live_;
  std::vector<SearchJob> jobs_;
  std::vector<int64_t> cases_;
  Observation seen_ = Seen(kClause, "not called");
};

TEST_F(Repeats, WhatRestsOnTimeIsInNoVerdictBeforeItIsSeenAgain) {
  See(0, 1, seen_);
  EXPECT_EQ(Of(0).documented, Verdict::kSkipped);
  EXPECT_FALSE(Of(0).first_failing);
}

TEST_F(Repeats, WhatNeverComesAgainIsFlaky) {
  See(0, 1, seen_);
  See(0, 7, seen_);
  Repeat([](int) { return false; });
  EXPECT_EQ(cases_.size(), 24u);
  EXPECT_EQ(std::count(cases_.begin(), cases_.end(), 7), 12) << "in turn";
  EXPECT_EQ(Of(0).documented, Verdict::kFlaky);
  EXPECT_EQ(Of(0).compatible, Verdict::kFlaky);
  EXPECT_FALSE(Of(0).first_failing);
  EXPECT_EQ(Of(0).detail, "not called; seen in 2 cases, and not again in 24 repetitions");
}

TEST_F(Repeats, OnceInAllTriesIsEnough) {
  See(0, 1, seen_);
  See(0, 7, seen_);
  Repeat([](int run) { return run == 21; });
  EXPECT_EQ(Of(0).documented, Verdict::kFail);
  ASSERT_TRUE(Of(0).first_failing);
  EXPECT_EQ(Of(0).first_failing->case_index, 7) << "the one that failed again is shown";
  EXPECT_EQ(Of(0).detail, "not called; failed again in 1 of 22 repetitions");
}

TEST_F(Repeats, OneThatLosesAnEventInOneRunOfThreeIsNotExcused) {
  for (int64_t index = 0; index < 40; ++index) {
    if (index % 3 == 1) See(0, index, seen_);
  }
  Repeat([](int run) { return run % 3 == 2; });
  EXPECT_EQ(Of(0).documented, Verdict::kFail);
}

TEST_F(Repeats, ThreeTellHowOften) {
  See(0, 1, seen_);
  Repeat([](int) { return true; });
  EXPECT_EQ(cases_.size(), 3u);
  EXPECT_EQ(Of(0).detail, "not called; failed again in 3 of 3 repetitions");
}

TEST_F(Repeats, OneCaseSpeaksForTheClauseInEachProperty) {
  See(0, 1, seen_);
  See(1, 2, seen_);
  Repeat([](int run) { return run == 0; });
  EXPECT_EQ(Of(0).documented, Verdict::kFail);
  EXPECT_EQ(Of(1).documented, Verdict::kFail);
  ASSERT_TRUE(Of(1).first_failing);
  EXPECT_EQ(Of(1).first_failing->case_index, 2);
}

TEST_F(Repeats, HardEvidenceFailsAtFirstSight) {
  See(0, 1, Seen(kClause, "crash SIGSEGV"));
  EXPECT_EQ(Of(0).documented, Verdict::kFail);
  Repeat([](int) { return false; });
  EXPECT_EQ(Of(0).documented, Verdict::kFail);
  EXPECT_EQ(Of(0).detail, "crash SIGSEGV; failed again in 0 of 3 repetitions");
}

TEST_F(Repeats, SimulatedAnotherTraceIsFlaky) {
  const Weighing simulated(known_, "");
  jobs_[0].tally.Add(1, seen_, simulated);
  EXPECT_EQ(Of(0).documented, Verdict::kFail) << "simulated, nothing rests on time";
  jobs_[0].tally.NoteTrace(1, "0 = finished\n", /*live=*/false);
  Repeat([](int) { return false; }, /*live=*/false);
  EXPECT_EQ(Of(0).documented, Verdict::kFlaky);
  EXPECT_NE(Of(0).detail.find(", then second"), std::string::npos) << Of(0).detail;
}

TEST_F(Repeats, SimulatedOneThatFailsAgainIsTheTargetsWhateverItsTrace) {
  const Weighing simulated(known_, "");
  jobs_[0].tally.Add(1, seen_, simulated);
  jobs_[0].tally.NoteTrace(1, "0 = finished\n", /*live=*/false);
  Repeat([](int) { return true; }, /*live=*/false);
  EXPECT_EQ(Of(0).documented, Verdict::kFail);
}

TEST_F(Repeats, WhereNothingCanBeRunAnyMoreNobodyIsBlamed) {
  See(0, 1, seen_);
  CallUnrepeatedFlaky(jobs_);
  EXPECT_EQ(Of(0).documented, Verdict::kFlaky);
}

TEST_F(Repeats, ATargetThatTakesLongToFailAgainIsBelievedTheRest) {
  static const std::vector<std::string> clauses = [] {
    std::vector<std::string> names;
    for (int i = 10; i < 40; ++i) names.push_back("test." + std::to_string(i));
    return names;
  }();
  for (size_t i = 0; i < clauses.size(); ++i) {
    See(0, static_cast<int64_t>(i), Seen(clauses[i], "stall"));
  }
  int runs = 0;
  const auto done =
      RepeatFindings(jobs_,
                     [&](const SearchJob&, int64_t) -> tl::expected<Rerun, std::string> {
                       ++runs;
                       return Rerun{.failing = {seen_}, .digest = {}, .costly = true};
                     },
                     {.live = true});
  EXPECT_TRUE(done);
  EXPECT_EQ(runs, 8);
  for (const std::string& clause : clauses) {
    EXPECT_EQ(jobs_[0].tally.clauses().at(clause).documented, Verdict::kFail) << clause;
  }
}

TEST_F(Repeats, ClausesThatNobodyAskedForAreLeft) {
  See(0, 1, seen_);
  const auto done = RepeatFindings(
      jobs_,
      [](const SearchJob&, int64_t) -> tl::expected<Rerun, std::string> {
        ADD_FAILURE() << "run again";
        return Rerun{};
      },
      {.live = true, .wanted = [](std::string_view clause) { return clause == kOther; }});
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace cmapsim
