// The suite on the machine's libcmap, simulated: what each property is meant to exercise, it does.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "conformance/cases.h"
#include "conformance/judge.h"
#include "conformance/suite.h"
#include "conformance/targets/test_support.h"

namespace cmapsim {
namespace {

constexpr int64_t kCases = 60;

// The clauses that were judged by in a property's cases, and how the runs ended.
struct Reached {
  std::set<std::string_view> clauses;
  std::map<std::string, int> endings;
};

std::string EndingOf(std::string_view trace) {
  const size_t mark = trace.rfind(" = ");
  const std::string_view rest = mark == std::string_view::npos ? "" : trace.substr(mark + 3);
  return std::string(rest.substr(0, rest.find_first_of(" \n")));
}

Reached RunProperty(Target& target, const Property& property) {
  const rc::Gen<Plan> generate =
      property.generate({.transport = target.info().transport, .live = false});
  Reached reached;
  for (int64_t i = 0; i < kCases; ++i) {
    const Plan plan = PlanOfCase(MakeCase(property, generate, 1, i, kCases), i);
    const auto trace = target.Run(plan, TraceLevel::kHost);
    if (!trace) {
      ADD_FAILURE() << property.name << ": " << trace.error();
      return reached;
    }
    ++reached.endings[EndingOf(*trace)];
    for (const Observation& seen : Judge(plan, *trace, {})) reached.clauses.insert(seen.clause);
  }
  return reached;
}

// Of each property, by its place in the suite. Run once for all tests of a transport.
const std::vector<Reached>& RunSuite(Transport transport) {
  static std::map<Transport, std::vector<Reached>> suites;
  std::vector<Reached>& reached = suites[transport];
  const auto target = reached.empty() ? OpenForTest(transport) : nullptr;
  if (target == nullptr) return reached;
  for (const Property& property : AllProperties()) {
    reached.push_back(RunProperty(*target, property));
  }
  return reached;
}

class Reach : public testing::TestWithParam<Transport> {
 protected:
  void SetUp() override {
    CMAPSIM_NEEDS_LIBCMAP();
    reached_ = &RunSuite(GetParam());
    ASSERT_EQ(reached_->size(), AllProperties().size());
  }

  const std::vector<Reached>* reached_ = nullptr;
};

TEST_P(Reach, EachPropertyExercisesEachOfItsClauses) {
  for (size_t i = 0; i < reached_->size(); ++i) {
    const Property& property = AllProperties()[i];
    for (const std::string& clause : property.clauses) {
      EXPECT_TRUE((*reached_)[i].clauses.contains(clause))
          << property.name << " never met " << clause;
    }
  }
}

TEST_P(Reach, EveryClauseThatIsExercisedIsNamedBySomeProperty) {
  std::set<std::string_view> named;
  for (const Property& property : AllProperties()) {
    named.insert(property.clauses.begin(), property.clauses.end());
  }
  std::map<std::string_view, std::string> unnamed;
  for (size_t i = 0; i < reached_->size(); ++i) {
    for (const std::string_view clause : (*reached_)[i].clauses) {
      if (!named.contains(clause)) unnamed.emplace(clause, AllProperties()[i].name);
    }
  }
  for (const auto& [clause, property] : unnamed) ADD_FAILURE() << clause << ", by " << property;
}

// Where requests meet over one handle, or were cut off, the genuine library may crash (docs/observed.md).
bool MayCrash(const std::string& property) {
  return property.starts_with("threads/") || property.starts_with("faults/");
}

// A genuine library neither crashes nor computes for ever, and only what is to wait for ever does.
TEST_P(Reach, PlansEndAndMostOfThemFinish) {
  std::map<std::string, int> endings;
  int all = 0;
  for (size_t i = 0; i < reached_->size(); ++i) {
    for (const auto& [ending, count] : (*reached_)[i].endings) {
      endings[ending] += count;
      all += count;
      // NULL as an output, or a buffer of no bytes, is what corosync 3.1.7 crashes by.
      const std::string& name = AllProperties()[i].name;
      const bool may_crash = name == "typed/null-output" || name.starts_with("anything/") ||
                             name == "values/round-trip";
      if (may_crash && ending == "crash") continue;
      const bool known = ending == "finished" || ending == "deadlock" || ending == "stall" ||
                         (ending == "crash" && MayCrash(AllProperties()[i].name));
      EXPECT_TRUE(known) << AllProperties()[i].name << " ends by " << ending;
    }
  }
  EXPECT_GT(endings["finished"], all * 3 / 4);
}

INSTANTIATE_TEST_SUITE_P(Transports, Reach, testing::Values(Transport::kShm, Transport::kSocket),
                         [](const testing::TestParamInfo<Transport>& info) {
                           return info.param == Transport::kShm ? "shm" : "socket";
                         });

}  // namespace
}  // namespace cmapsim
