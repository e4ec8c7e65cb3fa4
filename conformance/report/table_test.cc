#include "conformance/report/table.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

Result Of(std::string clause, std::string property, Verdict verdict, Verdict compatible,
          std::string detail = "", std::string plan = "") {
  return {.clause = std::move(clause),
          .property = std::move(property),
          .verdict = verdict,
          .compatible = compatible,
          .cases = 10,
          .detail = std::move(detail),
          .plan = std::move(plan)};
}

TargetReport Report(std::vector<Result> results) {
  TargetReport report;
  report.target.name = "libcmap, simulated, shm";
  report.target.library = "/lib/libcmap.so.4";
  report.target.service = "sim";
  report.results = std::move(results);
  return report;
}

bool Contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

constexpr Verdict kPass = Verdict::kPass;
constexpr Verdict kFail = Verdict::kFail;

TEST(Table, SaysThatWhatIsFlakyIsNotTheTargets) {
  const std::string text = FormatTable(
      {Report({Of("c.one", "p/a", Verdict::kFlaky, Verdict::kFlaky, "blocked", "x.yaml"),
               Of("c.two", "p/a", kPass, kPass)})},
      {});
  EXPECT_TRUE(Contains(text, "c.one: flaky\n    p/a\n      blocked\n      plan: x.yaml\n")) << text;
  EXPECT_TRUE(Contains(text,
                       "libcmap, simulated, shm: flaky: 1 clause did not fail again: a defect "
                       "of cmapsim or of this machine's load, not of the target\n"))
      << text;
  EXPECT_FALSE(Contains(text, "conforms")) << text;
  // What fails for certain is told first.
  EXPECT_TRUE(Contains(FormatTable({Report({Of("c.one", "p/a", Verdict::kFlaky, kPass),
                                            Of("c.two", "p/a", kFail, kPass)})},
                                   {}),
                       ": does not conform\n"));
}

TEST(Table, HasOneRowForEachClauseWithTheWorstOfItsProperties) {
  const std::string text = FormatTable(
      {Report({Of("c.one", "p/a", kPass, kPass), Of("c.one", "p/b", kFail, kPass, "why", "x.yaml"),
               Of("c.two", "p/a", kPass, kPass)})},
      {});
  EXPECT_TRUE(Contains(text, "  c.one   fail            pass                   20\n")) << text;
  EXPECT_TRUE(Contains(text, "  c.two   pass            pass                   10\n")) << text;
}

TEST(Table, SaysWhatIsBehindEverythingThatIsNoPass) {
  const std::string text =
      FormatTable({Report({Of("c.one", "p/a", kPass, kPass),
                           Of("c.one", "p/b", kFail, kFail, "expected this", "x.yaml")})},
                  {});
  EXPECT_TRUE(Contains(text, "c.one: fail\n    p/b\n      expected this\n      plan: x.yaml\n"))
      << text;
  EXPECT_FALSE(Contains(text, "    p/a\n")) << text;
}

TEST(Table, ShowsEachDetailOfAClauseOnceAndHowManyMore) {
  std::vector<Result> results;
  for (int i = 0; i < 20; ++i) {
    results.push_back(Of("c.one", "p/" + std::to_string(i), kFail, kFail, "the same"));
  }
  const std::string text = FormatTable({Report(std::move(results))}, {});
  EXPECT_TRUE(Contains(text, "p/0\n")) << text;
  EXPECT_FALSE(Contains(text, "p/1\n")) << text;
  EXPECT_TRUE(Contains(text, "and 19 more properties\n")) << text;
}

TEST(Table, SumsUpVerdictsAndSaysWhetherTheTargetConforms) {
  const std::string bad = FormatTable(
      {Report({Of("c.one", "p/a", kFail, kPass), Of("c.two", "p/a", kPass, kPass)})}, {});
  EXPECT_TRUE(Contains(bad, "clauses, documented: 1 pass, 1 fail\n")) << bad;
  EXPECT_TRUE(Contains(bad, "clauses, compatible: 2 pass\n")) << bad;
  EXPECT_TRUE(Contains(bad, "libcmap, simulated, shm: does not conform\n")) << bad;
  const std::string good = FormatTable({Report({Of("c.one", "p/a", kPass, kPass)})}, {});
  EXPECT_TRUE(Contains(good, "libcmap, simulated, shm: conforms\n")) << good;
}

TEST(Table, NamesSkippedPropertiesOnceAndUntestedClausesTogether) {
  TargetReport report =
      Report({Of("c.one", "p/a", kPass, kPass),
              Of("c.one", "p/b", Verdict::kSkipped, Verdict::kSkipped, "no way"),
              Of("c.two", "p/b", Verdict::kSkipped, Verdict::kSkipped, "no way"),
              Of("c.three", "", Verdict::kNotReached, Verdict::kNotReached, "who"),
              Of("c.four", "", Verdict::kNotReached, Verdict::kNotReached, "who")});
  const std::string text = FormatTable({report}, {});
  EXPECT_TRUE(Contains(text, "skipped: 1 property: no way\n")) << text;
  EXPECT_TRUE(Contains(text, "not reached: 2 clauses: who\n    c.three, c.four\n")) << text;
  EXPECT_TRUE(Contains(text, "clauses, documented: 1 pass, 2 not reached, 1 skipped\n")) << text;
}

Result As(std::string clause, std::string base, Verdict verdict) {
  Result result = Of(std::move(clause), "", verdict, verdict, "as " + base + ": why");
  result.judged_as = std::move(base);
  return result;
}

TEST(Table, NamesClausesThatAreJudgedAsAnotherBelowThatOne) {
  const std::string text =
      FormatTable({Report({As("c.before", "c.one", kFail), Of("c.one", "p/a", kFail, kFail, "why"),
                           Of("c.two", "p/a", kPass, kPass), As("c.behind", "c.one", kFail),
                           As("c.fine", "c.two", kPass)})},
                  {});
  EXPECT_TRUE(Contains(text, "c.one: fail\n    p/a\n      why\n    also: c.before, c.behind\n\n"))
      << text;
  EXPECT_FALSE(Contains(text, "  c.before ")) << "no row of its own\n" << text;
  EXPECT_FALSE(Contains(text, "c.fine")) << text;
  EXPECT_TRUE(Contains(text, "clauses, documented: 2 pass, 3 fail\n")) << text;
}

TEST(Table, NamesThemOnlyWhereTheyDoNotPass) {
  const std::string text = FormatTable(
      {Report({Of("c.one", "p/a", kPass, kPass),
               Of("c.one", "p/b", Verdict::kNotReached, Verdict::kNotReached, "did not arise"),
               As("c.two", "c.one", kPass)})},
      {});
  EXPECT_TRUE(Contains(text, "did not arise")) << text;
  EXPECT_FALSE(Contains(text, "also:")) << text;
}

TEST(Table, ShowsWhatIsJudgedAsAnotherForItselfWhereThatIsNotThere) {
  const std::string text = FormatTable({Report({As("c.one", "d.one", kFail)})}, {});
  EXPECT_TRUE(Contains(text, "  c.one   fail            fail                   10\n")) << text;
  EXPECT_TRUE(Contains(text, "  c.one: fail\n      as d.one: why\n")) << text;
  EXPECT_TRUE(Contains(text, "clauses, documented: 1 fail\n")) << text;
}

TEST(Table, CountsFunctionsThatAreOffered) {
  const std::string text =
      FormatTable({Report({Of("c.one", "", kPass, kPass, "it is there")})}, {});
  EXPECT_TRUE(Contains(text, "pass: 1 clause says that a function is there\n")) << text;
  EXPECT_TRUE(Contains(text, "clauses, documented: 1 pass\n")) << text;
}

TEST(Table, NamesFunctionsThatAreNotOfferedInsteadOfTheirClauses) {
  TargetReport report =
      Report({Of("c.one", "p/a", kPass, kPass),
              Of("cmap_inc.returns", "p/b", Verdict::kNotReached, Verdict::kNotReached),
              Of("cmap_inc.errors.X", "", Verdict::kNotReached, Verdict::kNotReached)});
  report.target.not_offered = {"cmap_inc"};
  const std::string text = FormatTable({report}, {});
  EXPECT_TRUE(
      Contains(text, "not reached: 2 clauses of functions that are not offered: cmap_inc\n"))
      << text;
  EXPECT_FALSE(Contains(text, "cmap_inc.returns")) << text;
  EXPECT_TRUE(Contains(text, "clauses, documented: 1 pass, 2 not reached\n")) << text;
}

TEST(Table, SaysWhatWasNotDone) {
  const std::string text = FormatTable({Report({})}, {.skipped = {"live: skipped: no corosync"}});
  EXPECT_TRUE(text.ends_with("\nlive: skipped: no corosync\n\nconforms\n")) << text;
}

TEST(Table, NamesClausesThatLackEvidenceAndSaysSoInTheLastLine) {
  TargetReport report = Report({Of("c.one", "p/a", kPass, kPass)});
  for (int i = 0; i < 14; ++i) report.lacking.push_back({"c." + std::to_string(i), 1, {}});
  report.lacking[0].parts = {"a", "b", "c", "d", "e"};
  const std::string text = FormatTable({report}, {});
  EXPECT_TRUE(Contains(text,
                       "  without evidence: 14 clauses\n"
                       "    c.0: seen too rarely: a, b, c, d and 1 more\n"
                       "    c.1: 1 case of 3\n"))
      << text;
  EXPECT_TRUE(Contains(text, "    and 2 more (-v)\n")) << text;
  EXPECT_TRUE(text.ends_with("\ninconclusive: 14 clauses without evidence\n")) << text;
  const std::string all = FormatTable({report}, {.verbose = true});
  EXPECT_TRUE(Contains(all, "    c.0: seen too rarely: a, b, c, d, e\n")) << all;
  EXPECT_TRUE(Contains(all, "    c.13: 1 case of 3\n")) << all;
}

TEST(Table, IsPlainTextUnlessAskedForColours) {
  const std::vector<TargetReport> reports = {
      Report({Of("c.one", "p/a", kFail, kPass, "why"), Of("c.two", "p/a", kPass, kPass)})};
  const std::string plain = FormatTable(reports, {});
  std::string coloured = FormatTable(reports, {.colour = true});
  EXPECT_FALSE(Contains(plain, "\x1b"));
  EXPECT_TRUE(Contains(coloured, "\x1b"));
  // Without the codes the two are the same: columns stand where they stood.
  for (size_t at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  EXPECT_EQ(coloured, plain);
}

TEST(Table, ShowsErrorCodesInAMatrixAndWhatDepartsInFull) {
  const std::string text = FormatTable(
      {Report({Of("f.errors.CS_ERR_LIBRARY", "errors/f/CS_ERR_LIBRARY", kPass, kPass),
               Of("f.errors.CS_ERR_ACCESS", "errors/f/CS_ERR_ACCESS", kFail, kFail, "got CS_OK"),
               Of("g.errors.CS_ERR_ACCESS", "errors/g/CS_ERR_ACCESS", Verdict::kSkipped,
                  Verdict::kSkipped, "needs a fault")})},
      {});
  EXPECT_TRUE(Contains(text, "  f                   witnessed      departs\n")) << text;
  EXPECT_FALSE(Contains(text, "  f.errors.CS_ERR_LIBRARY")) << text;
  EXPECT_TRUE(Contains(text,
                       "f.errors.CS_ERR_ACCESS: fail\n    errors/f/CS_ERR_ACCESS\n"
                       "      got CS_OK\n"))
      << text;
  EXPECT_FALSE(Contains(text, "  g.errors.CS_ERR_ACCESS")) << text;
  EXPECT_TRUE(Contains(text, "1 property: needs a fault")) << text;
}

}  // namespace
}  // namespace cmapsim
