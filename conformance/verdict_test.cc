#include "conformance/verdict.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

constexpr char kGhosts[] = "only events of deleted trackers pending";
constexpr char kAsCorosync[] = "CS_ERR_BAD_HANDLE, 0 callbacks";

Observation Seen(std::string_view clause, std::string situation, std::string outcome,
                 Conformity conformity) {
  return {clause, std::move(situation), std::move(outcome), conformity, 0, {}};
}

Expectations Own(const std::string& expectations) {
  auto own = LoadExpectations("target: mine\nexpectations:" + expectations, "own.yaml");
  EXPECT_TRUE(own.has_value()) << own.error();
  return own.value_or(Expectations());
}

std::string Both(const Judgement& j) {
  return std::string(VerdictName(j.documented)) + " / " + std::string(VerdictName(j.compatible));
}

std::string OfCorosync(const Observation& seen, std::string_view version) {
  return Both(Weigh(seen, CorosyncExpectations(), version));
}

TEST(VerdictTest, WhatConformsPasses) {
  const auto seen = Seen("cmap_dispatch.one", "", "CS_OK, 1 callback", Conformity::kConforms);
  EXPECT_EQ(OfCorosync(seen, ""), "pass / pass");
  EXPECT_EQ(OfCorosync(seen, "3.1.7"), "pass / pass");
}

TEST(VerdictTest, WhatDepartsFails) {
  const auto seen = Seen("cmap_dispatch.one", "", "blocked", Conformity::kDeparts);
  EXPECT_EQ(OfCorosync(seen, ""), "fail / fail");
}

TEST(VerdictTest, AKnownDepartureIsExpectedAndCompatible) {
  const auto seen = Seen("cmap_dispatch.one", kGhosts, kAsCorosync, Conformity::kDeparts);
  EXPECT_EQ(OfCorosync(seen, ""), "expected fail / pass");
  EXPECT_EQ(OfCorosync(seen, "3.1.7"), "expected fail / pass");
}

TEST(VerdictTest, AnotherDepartureInAKnownSituationFails) {
  const auto seen = Seen("cmap_dispatch.one", kGhosts, "CS_OK, 0 callbacks", Conformity::kDeparts);
  EXPECT_EQ(OfCorosync(seen, "3.1.7"), "fail / fail");
}

TEST(VerdictTest, AVersionThatKeepsWhatItWasSeenToBreakPassesUnexpectedly) {
  const auto seen = Seen("cmap_dispatch.one", kGhosts, "CS_OK, 1 callback", Conformity::kConforms);
  EXPECT_EQ(OfCorosync(seen, "3.1.7"), "unexpected pass / unexpected pass");
  EXPECT_EQ(OfCorosync(seen, "3.1.7-1+deb12u2"), "unexpected pass / unexpected pass");
  EXPECT_EQ(OfCorosync(seen, "3.1.70"), "pass / pass");
  EXPECT_EQ(OfCorosync(seen, ""), "pass / pass") << "an unknown build may do either";
}

TEST(VerdictTest, TheVersionMayStandInTheFile) {
  Expectations corosync = CorosyncExpectations();
  corosync.version = "3.1.7";
  const auto seen = Seen("cmap_dispatch.one", kGhosts, "CS_OK, 1 callback", Conformity::kConforms);
  EXPECT_EQ(Both(Weigh(seen, corosync, "")), "unexpected pass / unexpected pass");
  EXPECT_EQ(Both(Weigh(seen, corosync, "3.2.0")), "pass / pass");
}

TEST(VerdictTest, WhatIsUndocumentedIsOnlyComparedWithCorosync) {
  const auto alike = Seen("undocumented.order.changes", "", "in the order of the changes",
                          Conformity::kUndocumented);
  EXPECT_EQ(OfCorosync(alike, ""), "pass / pass");
  const auto unlike = Seen("undocumented.order.changes", "", "not in the order of the changes",
                           Conformity::kUndocumented);
  EXPECT_EQ(OfCorosync(unlike, ""), "pass / fail");
  const auto unrecorded =
      Seen("undocumented.null_output", "cmap_get", "crash", Conformity::kUndocumented);
  EXPECT_EQ(OfCorosync(unrecorded, ""), "pass / inconclusive");
}

TEST(VerdictTest, ATargetsOwnExpectationExcusesItself) {
  const Expectations own =
      Own("\n  - {clause: cmap_dispatch.all, accept: [waited], reason: slow, evidence: a.yaml}\n"
          "  - {clause: undocumented.order.changes, accept: [not in the order of the changes], "
          "reason: threads, evidence: b.yaml}\n");
  EXPECT_EQ(Both(Weigh(Seen("cmap_dispatch.all", "", "waited", Conformity::kDeparts), own, "")),
            "expected fail / expected fail");
  EXPECT_EQ(Both(Weigh(Seen("undocumented.order.changes", "", "not in the order of the changes",
                            Conformity::kUndocumented),
                       own, "")),
            "pass / expected fail");
}

TEST(VerdictTest, ATargetThatKeepsWhatCorosyncBreaksIsFine) {
  const auto seen = Seen("cmap_dispatch.one", kGhosts, "CS_OK, 1 callback", Conformity::kConforms);
  EXPECT_EQ(Both(Weigh(seen, Own(" []\n"), "")), "pass / pass");
  const auto broken = Seen("cmap_dispatch.one", kGhosts, kAsCorosync, Conformity::kDeparts);
  EXPECT_EQ(Both(Weigh(broken, Own(" []\n"), "")), "fail / pass");
}

TEST(VerdictTest, TheWorseOfTwoCounts) {
  const Verdict order[] = {Verdict::kSkipped,        Verdict::kNotReached,   Verdict::kPass,
                           Verdict::kInconclusive,   Verdict::kExpectedFail, Verdict::kFlaky,
                           Verdict::kUnexpectedPass, Verdict::kFail};
  for (size_t better = 0; better < std::size(order); ++better) {
    for (size_t worse = better; worse < std::size(order); ++worse) {
      EXPECT_EQ(Worse(order[better], order[worse]), order[worse]);
      EXPECT_EQ(Worse(order[worse], order[better]), order[worse]);
    }
  }
}

}  // namespace
}  // namespace cmapsim
