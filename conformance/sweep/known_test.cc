// What is known of corosync's library under faults is true: the plan that an entry names as its
// evidence still shows it.
#include "conformance/sweep/known.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "conformance/sweep/judge_plan.h"
#include "conformance/targets/test_support.h"

namespace cmapsim {
namespace {

using Signatures = std::vector<std::string>;

class KnownFindingsTest : public testing::Test {
 protected:
  void SetUp() override {
    CMAPSIM_NEEDS_LIBCMAP();
    for (const Transport transport : {Transport::kShm, Transport::kSocket}) {
      targets_[transport] = OpenForTest(transport);
      ASSERT_NE(targets_[transport], nullptr);
    }
  }

  Signatures Show(const Plan& plan) {
    const auto seen = SignaturesOf(plan, *targets_[plan.transport]);
    if (!seen) ADD_FAILURE() << seen.error();
    return seen ? *seen : Signatures();
  }

  std::map<Transport, std::unique_ptr<Target>> targets_;
};

// The entries that know one of the signatures.
std::set<std::string> EntriesFor(const Signatures& signatures, const KnownFindings& known) {
  std::set<std::string> entries;
  for (const std::string& signature : signatures) {
    const KnownFinding* entry = known.Find(signature);
    if (entry != nullptr) entries.insert(entry->signature);
  }
  return entries;
}

TEST_F(KnownFindingsTest, AreShownByTheirPlans) {
  const KnownFindings& known = CorosyncKnownFindings();
  for (const KnownFinding& entry : known.list) {
    const Signatures seen = Show(ReadPlan(entry.evidence));
    EXPECT_TRUE(EntriesFor(seen, known).contains(entry.signature))
        << entry.signature << "\nis not what " << entry.evidence
        << " shows: " << testing::PrintToString(seen);
  }
}

TEST_F(KnownFindingsTest, AreAllThatTheirPlansShow) {
  const KnownFindings& known = CorosyncKnownFindings();
  for (const KnownFinding& entry : known.list) {
    for (const std::string& signature : Show(ReadPlan(entry.evidence))) {
      EXPECT_NE(known.Find(signature), nullptr) << entry.evidence << ": " << signature;
    }
  }
}

TEST_F(KnownFindingsTest, AreTheFindingsThatTheirPlansName) {
  for (const KnownFinding& entry : CorosyncKnownFindings().list) {
    std::ifstream file(entry.evidence);
    std::string line;
    std::getline(file, line);
    const Signatures seen = Show(ReadPlan(entry.evidence));
    const bool shown = std::any_of(seen.begin(), seen.end(), [&line](const std::string& s) {
      return line == "# finding: " + s;
    });
    EXPECT_TRUE(shown) << entry.evidence << ": " << line << "\n" << testing::PrintToString(seen);
  }
}

TEST_F(KnownFindingsTest, OfAnotherFunctionOrWithoutTheFaultAreNotShown) {
  KnownFindings known = CorosyncKnownFindings();
  KnownFinding& entry = known.list.front();
  Plan plan = ReadPlan(entry.evidence);
  EXPECT_FALSE(EntriesFor(Show(plan), known).empty());
  entry.signature = "crash: cmap_fd_get: host.*";
  EXPECT_FALSE(EntriesFor(Show(plan), known).contains(entry.signature));
  plan.faults.clear();
  EXPECT_EQ(Show(plan), Signatures());
}

TEST(SweepPlansTest, AreAllTheEvidenceOfAnEntry) {
  std::set<std::string> evidence;
  for (const KnownFinding& entry : CorosyncKnownFindings().list) evidence.insert(entry.evidence);
  for (const std::string& path : PlanFiles()) {
    if (!path.starts_with("fixtures/plans/sweep/")) continue;
    EXPECT_TRUE(evidence.contains(path)) << path;
  }
}

}  // namespace
}  // namespace cmapsim
