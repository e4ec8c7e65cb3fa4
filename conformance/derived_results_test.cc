// Clauses that nothing exercises itself: their results, made of those of others.
#include "conformance/derived_results.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "conformance/asked.h"
#include "conformance/clause.h"

namespace cmapsim {
namespace {

Result Of(std::string clause, std::string property, Verdict verdict, Verdict compatible) {
  Result result;
  result.clause = std::move(clause);
  result.property = std::move(property);
  result.verdict = verdict;
  result.compatible = compatible;
  result.cases = verdict == Verdict::kNotReached ? 0 : 10;
  return result;
}

constexpr Verdict kPass = Verdict::kPass;
constexpr Verdict kNotReached = Verdict::kNotReached;

class DerivedResults : public testing::Test {
 protected:
  // The result of `clause`, which must be the only one of it.
  Result Derive(const std::string& clause) {
    std::vector<Result> all = results_;
    const Asked asked(clause);
    AddDerivedResults(target_, {.asked = asked, .where_nothing_is_known = first_shard_}, all);
    if (all.size() == results_.size()) return {};
    EXPECT_EQ(all.size(), results_.size() + 1) << clause;
    EXPECT_EQ(all.back().clause, clause);
    EXPECT_EQ(all.back().property, "");
    return all.back();
  }

  TargetInfo target_;
  bool first_shard_ = true;
  std::vector<Result> results_;
};

// cmap.h.cmap_get.value is judged as cmap_get.value and cmap_get.no_value.
TEST_F(DerivedResults, AreTheWorstOfThoseOfTheOthers) {
  results_ = {Of("cmap_get.value", "p/a", kPass, kPass),
              Of("cmap_get.value", "p/b", Verdict::kExpectedFail, kPass),
              Of("cmap_get.no_value", "p/a", kPass, Verdict::kInconclusive)};
  results_[1].detail = "another value";
  results_[1].reason = "it is so";
  results_[1].plan = "evidence.yaml";
  const Result derived = Derive("cmap.h.cmap_get.value");
  EXPECT_EQ(derived.verdict, Verdict::kExpectedFail);
  EXPECT_EQ(derived.compatible, Verdict::kInconclusive);
  EXPECT_EQ(derived.cases, 30);
  EXPECT_EQ(derived.judged_as, "cmap_get.value");
  EXPECT_EQ(derived.detail, "as cmap_get.value: another value");
  EXPECT_EQ(derived.reason, "it is so");
  EXPECT_EQ(derived.plan, "evidence.yaml");
}

TEST_F(DerivedResults, ThatPassNameTheOthers) {
  results_ = {Of("cmap_get.value", "p/a", kPass, kPass),
              Of("cmap_get.no_value", "p/a", kPass, kPass)};
  EXPECT_EQ(Derive("cmap.h.cmap_get.value").verdict, kPass);
  EXPECT_EQ(Derive("cmap.h.cmap_get.value").detail, "as cmap_get.value, cmap_get.no_value");
  EXPECT_EQ(Derive("cmap_dispatch.values").verdict, kNotReached);
}

TEST_F(DerivedResults, AreNotReachedWhereTheOthersAreNot) {
  results_ = {Of("cmap_get.value", "p/a", kNotReached, kNotReached)};
  results_[0].detail = "it did not arise";
  EXPECT_EQ(Derive("cmap.h.cmap_get.value").verdict, kNotReached);
  EXPECT_EQ(Derive("cmap.h.cmap_get.value").detail, "as cmap_get.value: it did not arise");
}

TEST_F(DerivedResults, OfAFunctionThatIsOfferedPassOnceACaseCalledIt) {
  results_ = {Of("cmap_get.value", "p/a", kPass, kPass),
              Of("cmap_set.shortcuts.int8", "p/a", Verdict::kFail, kPass),
              Of("cmap_inc.returns", "p/a", kNotReached, kNotReached)};
  EXPECT_EQ(Derive("cmap_get.signature").verdict, kPass);
  EXPECT_EQ(Derive("cmap_get.signature").cases, 10);
  EXPECT_EQ(Derive("cmap.h.cmap_set_int8.declared").verdict, kPass) << "whatever it does";
  for (const char* clause : {"cmap_inc.signature", "cmap.h.cmap_set_int16.declared"}) {
    EXPECT_EQ(Derive(clause).verdict, kNotReached) << clause;
    EXPECT_TRUE(Derive(clause).detail.starts_with("no case called cmap_")) << clause;
  }
}

TEST_F(DerivedResults, OfAFunctionThatIsNotOfferedSaySo) {
  target_.not_offered = {"cmap_inc"};
  results_ = {Of("cmap_get.value", "p/a", kPass, kPass)};
  for (const char* clause : {"cmap_inc.signature", "cmap_inc.name", "cmap_inc.header",
                             "cmap.h.cmap_inc.declared", "cmap.h.cmap_inc.increases"}) {
    EXPECT_EQ(Derive(clause).verdict, kNotReached) << clause;
    EXPECT_EQ(Derive(clause).detail, "not offered: cmap_inc") << clause;
  }
}

TEST_F(DerivedResults, OfWhatNoRunCanShowGiveTheReason) {
  const Clause& clause = *ClauseRegister::Get().Find("cmap_get.header");
  EXPECT_EQ(Derive(clause.id).verdict, kNotReached);
  EXPECT_EQ(Derive(clause.id).detail, clause.not_judged);
}

TEST_F(DerivedResults, WithoutACaseAreTheFirstShardsAlone) {
  first_shard_ = false;
  results_ = {Of("cmap_get.no_value", "p/a", kPass, kPass)};
  for (const char* clause : {"cmap_get.header", "cmap_get.errors.CS_ERR_LIBRARY",
                             "cmap_dispatch.values", "cmap_set.signature"}) {
    EXPECT_EQ(Derive(clause).clause, "") << clause;
  }
  EXPECT_EQ(Derive("cmap.h.cmap_get.value").verdict, kPass) << "what this shard knows";
}

TEST_F(DerivedResults, AreNotOfTheHarness) { EXPECT_EQ(Derive("harness.trace").clause, ""); }

TEST(AskedTest, NeedsWhatAClauseThatFitsIsJudgedAs) {
  const Asked asked("cmap.h.cmap_get.val*");
  EXPECT_TRUE(asked.Fits("cmap.h.cmap_get.value"));
  EXPECT_FALSE(asked.Fits("cmap_get.value"));
  EXPECT_TRUE(asked.Needs("cmap_get.value"));
  EXPECT_FALSE(asked.Needs("cmap_get.not_exist"));
}

TEST(AskedTest, SelectsPropertiesThatHaveASayInIt) {
  EXPECT_TRUE(Asked("cmap_get.*").Selects({"cmap_set.returns", "cmap_get.value"}));
  EXPECT_FALSE(Asked("cmap_get.*").Selects({"cmap_set.returns"}));
  const std::vector<std::string> whole = {"cmap_dispatch.one_nonblocking"};
  EXPECT_TRUE(Asked("cmap_dispatch.one_nonblocking.try_again").Selects(whole)) << "of a part";
  EXPECT_TRUE(Asked("cmap.h.cmap_get.retrieves").Selects({"cmap_get.value"})) << "a base";
  EXPECT_TRUE(Asked("cmap.h.cmap_get_int8.declared").Selects({"cmap_get.shortcuts.int8"}));
  EXPECT_FALSE(Asked("cmap.h.cmap_get_int8.declared").Selects({"cmap_get.value"}));
}

}  // namespace
}  // namespace cmapsim
