// The table of error codes: it is complete, and each of its plans shows what it is named after.
#include "conformance/suites/errors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "conformance/clause.h"
#include "conformance/expectations.h"
#include "conformance/judge.h"
#include "conformance/suites/error_codes.h"
#include "conformance/targets/test_support.h"
#include "sim/core/plan_yaml.h"

namespace cmapsim {
namespace {

TEST(ErrorCodes, EachHasAPlanOrAReason) {
  EXPECT_EQ(ErrorPairs().size(), 146U) << "17 functions by 8 codes, and 10 more";
  for (const ErrorPair& pair : ErrorPairs()) {
    EXPECT_TRUE(!pair.witnesses.empty() || !pair.reason.empty())
        << pair.clause->id << ": write a plan fixtures/plans/errors/" << pair.function << "."
        << pair.code << ".yaml, or a reason into conformance/suites/error_codes.yaml";
  }
}

TEST(ErrorCodes, NoPlanAndNoReasonIsIdle) {
  EXPECT_EQ(IdleErrorEntries(), std::vector<std::string>());
}

TEST(ErrorCodes, HaveAPlanForBothTransportsOrNone) {
  for (const ErrorPair& pair : ErrorPairs()) {
    for (const Transport transport : {Transport::kShm, Transport::kSocket}) {
      const bool shown = std::any_of(pair.witnesses.begin(), pair.witnesses.end(),
                                     [&](const ErrorWitness& w) { return w.IsOf(transport); });
      EXPECT_EQ(shown, !pair.witnesses.empty()) << pair.clause->id;
    }
  }
}

// One plan over one transport.
struct Run {
  const ErrorPair* pair;
  const ErrorWitness* witness;
  Transport transport;
};

void PrintTo(const Run& run, std::ostream* out) { *out << run.witness->path; }

std::vector<Run> Runs() {
  std::vector<Run> runs;
  for (const ErrorPair& pair : ErrorPairs()) {
    for (const ErrorWitness& witness : pair.witnesses) {
      for (const Transport transport : {Transport::kShm, Transport::kSocket}) {
        if (witness.IsOf(transport)) runs.push_back({&pair, &witness, transport});
      }
    }
  }
  return runs;
}

std::string RunName(const testing::TestParamInfo<Run>& run) {
  std::string name = run.param.pair->function + "_" + run.param.pair->code + "_" +
                     run.param.witness->way + "_over_" +
                     std::string(TransportName(run.param.transport));
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

// One worker for each transport, which all plans share as they do in a check.
Target* TargetOf(Transport transport) {
  static const std::unique_ptr<SimulatedTarget> shm = OpenForTest(Transport::kShm);
  static const std::unique_ptr<SimulatedTarget> socket = OpenForTest(Transport::kSocket);
  return transport == Transport::kShm ? shm.get() : socket.get();
}

class ErrorPlan : public testing::TestWithParam<Run> {};

TEST_P(ErrorPlan, MakesTheFunctionReturnItsCode) {
  CMAPSIM_NEEDS_LIBCMAP();
  const auto& [pair, witness, transport] = GetParam();
  Target* target = TargetOf(transport);
  ASSERT_NE(target, nullptr);
  const auto trace = target->Run(witness->plan, TraceLevel::kApi);
  ASSERT_TRUE(trace.has_value()) << trace.error();
  const FixedCase shown = JudgeErrorWitness(*pair, *witness, *trace);
  ASSERT_TRUE(shown.seen.has_value()) << shown.detail << "\n" << *trace;
  const Expectation* known = CorosyncExpectations().Find(shown.seen->clause, shown.seen->situation);
  const std::string expected = known != nullptr ? known->accept.front() : pair->code;
  EXPECT_EQ(shown.seen->outcome, expected) << *trace;
}

INSTANTIATE_TEST_SUITE_P(Each, ErrorPlan, testing::ValuesIn(Runs()), RunName);

// --- what a trace shows

constexpr std::string_view kPlan = R"(cmapsim: 1
faults: [{fault: host.send.errno, errno: EINTR, nth: 2}]
steps:
  - {op: initialize}
  - {op: set, key: test.a, value: uint8:1}
)";

FixedCase Shown(const std::string& trace) {
  static const auto* const pair =
      new ErrorPair{.clause = ClauseRegister::Get().Find("cmap_set.errors.CS_ERR_INTERRUPT"),
                    .function = "cmap_set",
                    .code = "CS_ERR_INTERRUPT",
                    .witnesses = {},
                    .reason = {}};
  auto plan = ParsePlan(kPlan, "test");
  if (!plan) {
    ADD_FAILURE() << plan.error();
    return {};
  }
  ErrorWitness witness;
  witness.means = "A signal.";
  witness.plan = std::move(*plan);
  return JudgeErrorWitness(*pair, witness, trace);
}

constexpr char kConnected[] = "0 > 0 initialize connection=0\n0 < 0 CS_OK handle=h1\n";

TEST(ErrorWitness, IsOneWhereTheCodeComes) {
  const FixedCase shown = Shown(std::string(kConnected) +
                                "0 > 1 set connection=0\n0 * 0 host.send.errno nth=2\n"
                                "0 < 1 CS_ERR_INTERRUPT\n0 = finished\n");
  ASSERT_TRUE(shown.seen.has_value()) << shown.detail;
  EXPECT_EQ(shown.seen->conformity, Conformity::kConforms);
  EXPECT_EQ(shown.detail, "A signal.");
}

TEST(ErrorWitness, DepartsWhereAnotherCodeComes) {
  for (const std::string result : {"CS_OK", "CS_ERR_LIBRARY"}) {
    const FixedCase shown = Shown(std::string(kConnected) +
                                  "0 > 1 set connection=0\n0 * 0 host.send.errno nth=2\n0 < 1 " +
                                  result + "\n0 = finished\n");
    ASSERT_TRUE(shown.seen.has_value()) << shown.detail;
    EXPECT_EQ(shown.seen->conformity, Conformity::kDeparts);
    EXPECT_EQ(shown.seen->outcome, result);
    EXPECT_EQ(shown.detail, "expected CS_ERR_INTERRUPT of cmap_set, got " + result + ": A signal.");
  }
}

TEST(ErrorWitness, DepartsWhereTheRunEndsInTheCall) {
  const FixedCase shown =
      Shown(std::string(kConnected) +
            "0 > 1 set connection=0\n0 * 0 host.send.errno nth=2\n0 = crash SIGSEGV\n");
  ASSERT_TRUE(shown.seen.has_value()) << shown.detail;
  EXPECT_EQ(shown.seen->outcome, "crash SIGSEGV");
  EXPECT_EQ(shown.seen->conformity, Conformity::kDeparts);
}

TEST(ErrorWitness, ShowsNothingWhereTheFaultDidNotStrikeInTheCall) {
  EXPECT_EQ(Shown(std::string(kConnected) +
                  "0 > 1 set connection=0\n0 < 1 CS_ERR_INTERRUPT\n0 = finished\n")
                .detail,
            "the fault found nothing to strike in cmap_set");
  const FixedCase early = Shown(
      "0 > 0 initialize connection=0\n0 * 0 host.send.errno nth=2\n0 < 0 CS_ERR_INTERRUPT\n"
      "0 > 1 set connection=0\n0 < 1 CS_ERR_BAD_HANDLE\n0 = finished\n");
  EXPECT_EQ(early.detail, "the fault struck before the call that it was meant for");
  EXPECT_FALSE(early.seen.has_value());
}

TEST(ErrorWitness, ShowsNothingOfALibraryThatLacksTheFunction) {
  const FixedCase lacking =
      Shown(std::string(kConnected) + "0 > 1 set connection=0\n0 < 1 NOT_OFFERED\n0 = finished\n");
  EXPECT_FALSE(lacking.seen.has_value());
  EXPECT_EQ(lacking.detail, "not offered: cmap_set");
}

TEST(ErrorWitness, ShowsNothingWhereTheCallWasNotMade) {
  EXPECT_EQ(Shown("0 > 0 initialize connection=0\n0 = deadlock\n").detail,
            "the run ended before cmap_set was called");
}

}  // namespace
}  // namespace cmapsim
