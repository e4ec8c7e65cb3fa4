// Each expectation of corosync is true: the plan that it names as its evidence shows what it says, over
// the transports that it says, and nothing that is not expected.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "conformance/observe_evidence.h"

namespace cmapsim {
namespace {

class EvidenceTest : public testing::Test {
 protected:
  void SetUp() override {
    CMAPSIM_NEEDS_LIBCMAP();
    for (const Transport transport : {Transport::kShm, Transport::kSocket}) {
      targets_[transport] = OpenForTest(transport);
      ASSERT_NE(targets_[transport], nullptr);
    }
  }

  const std::vector<Observation>& Observe(const std::string& path, Transport transport) {
    auto& seen = seen_[transport];
    const auto at = seen.find(path);
    if (at != seen.end()) return at->second;
    return seen[path] = ObserveEvidence(path, *targets_[transport], {.live = false});
  }

  const std::vector<Observation>& Observe(const std::string& path) {
    return Observe(path, ReadPlan(path).transport);
  }

  std::map<Transport, std::unique_ptr<Target>> targets_;
  std::map<Transport, std::map<std::string, std::vector<Observation>>> seen_;
};

TEST_F(EvidenceTest, ShowsWhatIsExpected) {
  for (const Expectation& e : CorosyncExpectations().list) {
    EXPECT_TRUE(Shows(e, Observe(e.evidence))) << Describe(e);
  }
}

// Where it does and where it does not: //conformance:evidence_live_test says the same of live ones.
TEST_F(EvidenceTest, ShowsItOverTheTransportsThatAreNamed) {
  for (const Expectation& e : CorosyncExpectations().list) {
    if (e.shows.empty()) continue;
    for (const auto& [transport, target] : targets_) {
      const std::string place(TransportName(transport));
      const bool named = std::find(e.shows.begin(), e.shows.end(), place) != e.shows.end();
      EXPECT_EQ(Shows(e, Observe(e.evidence, transport)), named) << place << ": " << Describe(e);
    }
  }
}

TEST_F(EvidenceTest, OfDeparturesSaysWhereItShows) {
  for (const Expectation& e : CorosyncExpectations().list) {
    EXPECT_FALSE(IsDeparture(e) && e.shows.empty())
        << Describe(e) << ": add shows: [shm, socket, live shm, live socket] as far as it is true";
  }
}

TEST_F(EvidenceTest, ShowsNothingThatIsNotExpected) {
  std::set<std::string> plans;
  for (const Expectation& e : CorosyncExpectations().list) plans.insert(e.evidence);
  for (const std::string& plan : plans) {
    for (const Observation& o : Observe(plan)) {
      if (o.conformity == Conformity::kConforms || o.conformity == Conformity::kUnknown) continue;
      const Expectation* e = CorosyncExpectations().Find(o.clause, o.situation);
      EXPECT_TRUE(e != nullptr && e->Accepts(o.outcome))
          << plan << ": " << o.clause << " [" << o.situation << "] " << o.outcome << ": "
          << o.detail;
    }
  }
}

}  // namespace
}  // namespace cmapsim
