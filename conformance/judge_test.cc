// The judge as a whole: traces that are none, and targets that lie about everything.
#include "conformance/judge.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "conformance/clause.h"
#include "conformance/oracle/clause_ids.h"
#include "conformance/oracle/function_clauses.h"
#include "sim/core/plan_yaml.h"
#include "sim/core/random.h"

namespace cmapsim {
namespace {

Plan PlanOf(const std::string& steps) {
  auto plan = ParsePlan("cmapsim: 1\nsteps:\n" + steps, "case.yaml");
  EXPECT_TRUE(plan.has_value()) << plan.error();
  return plan.value_or(Plan());
}

const std::string kSteps =
    "  - {op: initialize}\n"
    "  - op: track_add\n"
    "    key: test.\n"
    "    track: [add, modify, delete, prefix]\n"
    "    on_callback: [{nth: 2, steps: [{op: dispatch, mode: ALL}, {op: finalize}]}]\n"
    "  - {op: set, by: peer, key: test.a, value: uint8:1}\n"
    "  - {op: dispatch, mode: ONE}\n"
    "  - {op: finalize}\n";

const std::string kTrace =
    "0 > 0 initialize connection=0\n"
    "0 < 0 CS_OK handle=h1\n"
    "0 > 1 track_add connection=0 key=test. track=15\n"
    "0 < 1 CS_OK track=k1\n"
    "0 @ 4 set CS_OK\n"
    "0 > 5 dispatch connection=0 mode=ONE\n"
    "0 ! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n"
    "0 ~ 1\n"
    "0 < 5 CS_OK\n"
    "0 > 6 finalize connection=0\n"
    "0 < 6 CS_OK\n"
    "0 = finished\n";

bool IsHarnessTrace(const std::vector<Observation>& seen) {
  return seen.size() == 1 && seen[0].clause == "harness.trace" &&
         seen[0].conformity == Conformity::kDeparts;
}

TEST(JudgeTest, ATraceThatFitsConforms) {
  const auto seen = Judge(PlanOf(kSteps), kTrace, {});
  EXPECT_FALSE(seen.empty());
  for (const Observation& o : seen) EXPECT_NE(o.conformity, Conformity::kDeparts) << o.clause;
}

TEST(JudgeTest, WhatIsNoTraceIsTheHarnessesFault) {
  const Plan plan = PlanOf(kSteps);
  for (const char* trace :
       {"", "nonsense\n", "0 = finished\n", "0 > 0 initialize\n", "0 > 99 dispatch\n0 = finished\n",
        "0 > 0 finalize\n0 = finished\n", "0 > 1 track_add\n0 = finished\n",
        "0 < 0 CS_OK\n0 = finished\n", "0 ~ 1\n0 = finished\n", "0 ! 1 handle=h1\n0 = finished\n",
        "0 @ 0 initialize CS_OK\n0 = finished\n", "0 > 0 initialize\n0 = sunshine\n",
        "0 > 0 initialize\n0 > 1 track_add\n0 = finished\n"}) {
    EXPECT_TRUE(IsHarnessTrace(Judge(plan, trace, {}))) << trace;
  }
}

TEST(JudgeTest, ARunThatFinishedWithoutItsStepsIsTheHarnessesFault) {
  const std::string half = kTrace.substr(0, kTrace.find("0 @ 4"));
  EXPECT_TRUE(IsHarnessTrace(Judge(PlanOf(kSteps), half + "0 = finished\n", {})));
}

TEST(JudgeTest, EveryClauseThatItNamesIsRegistered) {
  const ClauseRegister& clauses = ClauseRegister::Get();
  for (const std::string_view id : clause::kOracleClauses) {
    EXPECT_NE(clauses.Find(id), nullptr) << id;
  }
  for (int op = 0; op <= static_cast<int>(Op::kService); ++op) {
    const FunctionRow& row = FunctionClauses(static_cast<Op>(op));
    if (row.function.empty()) continue;
    EXPECT_NE(clauses.Find(row.returns), nullptr) << row.returns;
    if (!row.handle.empty()) {
      EXPECT_NE(clauses.Find(row.handle), nullptr) << row.handle;
    }
    if (!row.dead.empty()) {
      EXPECT_NE(clauses.Find(row.dead), nullptr) << row.dead;
    }
  }
}

TEST(JudgeTest, EveryTypeHasItsClauses) {
  const ClauseRegister& clauses = ClauseRegister::Get();
  for (int i = 1; i <= static_cast<int>(ValueType::kBinary); ++i) {
    const auto type = static_cast<ValueType>(i);
    const std::string name(ValueTypeName(type));
    EXPECT_EQ(SetTypeClause(type), "cmap_set.types." + name);
    EXPECT_EQ(GetTypeClause(type), "cmap_get.types." + name);
    EXPECT_NE(clauses.Find(SetTypeClause(type)), nullptr) << name;
    EXPECT_NE(clauses.Find(GetTypeClause(type)), nullptr) << name;
    if (i > static_cast<int>(ValueType::kUInt64)) continue;
    EXPECT_EQ(CountTypeClause(/*up=*/true, type), "cmap_inc.types." + name);
    EXPECT_EQ(CountTypeClause(/*up=*/false, type), "cmap_dec.types." + name);
    EXPECT_NE(clauses.Find("cmap_inc.types." + name), nullptr) << name;
    EXPECT_NE(clauses.Find("cmap_dec.types." + name), nullptr) << name;
  }
}

// Whatever stands in a trace, the judge comes back, and with observations of registered clauses.
void ExpectBears(const Plan& plan, const std::string& trace) {
  for (const bool live : {false, true}) {
    for (const Observation& o : Judge(plan, trace, {.live = live})) {
      EXPECT_NE(ClauseRegister::Get().Find(o.clause), nullptr) << o.clause << "\n" << trace;
    }
  }
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

TEST(JudgeTest, LinesInAnyOrderAreBorne) {
  const Plan plan = PlanOf(kSteps);
  const std::vector<std::string> lines = LinesOf(kTrace);
  Random random(7);
  for (int round = 0; round < 5000; ++round) {
    std::string trace;
    for (const std::string& line : lines) {
      const auto choice = random.Below(8);
      const std::string& used = choice == 0 ? lines[random.Below(lines.size())] : line;
      if (choice != 1) trace += used + "\n";
      if (choice == 2) trace += used + "\n";
    }
    ExpectBears(plan, trace);
  }
}

TEST(JudgeTest, WordsOfAnyKindAreBorne) {
  const Plan plan = PlanOf(kSteps);
  const char* const words[] = {"h9",    "k9",  "77",  "CS_ERR_BAD_HANDLE", "unset!data", "NULL",
                               "fd=-1", "?",   "-1",  "invalid(type=3)",   "uint8:999",  "MODIFY",
                               "",      "ADD", "new", "99999999999",       "binary!",    "="};
  Random random(11);
  for (int round = 0; round < 5000; ++round) {
    std::string trace;
    for (std::string line : LinesOf(kTrace)) {
      if (random.Below(4) == 0) {
        const size_t at = line.find_last_of(" =");
        line = line.substr(0, at + 1) + words[random.Below(std::size(words))];
      }
      trace += line + "\n";
    }
    ExpectBears(plan, trace);
  }
}

}  // namespace
}  // namespace cmapsim
