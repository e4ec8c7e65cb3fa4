// The departures of corosync beside a real daemon: the plans that are their evidence show them there
// over the transports that they name as live, and over no others.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "conformance/observe_evidence.h"
#include "conformance/targets/live_target.h"

namespace cmapsim {
namespace {

class EvidenceLiveTest : public testing::TestWithParam<Transport> {};

TEST_P(EvidenceLiveTest, ShowsDeparturesWhereTheyAreNamed) {
  CMAPSIM_NEEDS_LIBCMAP();
  if (!std::filesystem::exists("../system/sbin/corosync"))
    GTEST_SKIP() << "no corosync is installed; install the package corosync";
  auto live = LiveTarget::Open({.worker = "conformance/targets/live_worker",
                                .library = kLibraryForTest,
                                .library_sha256 = {},
                                .version = {},
                                .corosync = "/usr/sbin/corosync",
                                .corosync_library_dir = {},
                                .transport = GetParam()});
  if (!live) GTEST_SKIP() << "live: " << live.error();
  if ((*live)->service_version() != "3.1.7") {
    GTEST_SKIP() << "the expectations are of corosync 3.1.7, installed is "
                 << (*live)->service_version();
  }
  const std::string place = "live " + std::string(TransportName(GetParam()));
  for (const Expectation& e : CorosyncExpectations().list) {
    if (!IsDeparture(e)) continue;
    const bool named = std::find(e.shows.begin(), e.shows.end(), place) != e.shows.end();
    const auto seen = ObserveEvidence(e.evidence, **live, {.live = true});
    EXPECT_EQ(Shows(e, seen), named) << place << ": " << Describe(e);
  }
}

INSTANTIATE_TEST_SUITE_P(Transports, EvidenceLiveTest,
                         testing::Values(Transport::kShm, Transport::kSocket),
                         [](const auto& info) {
                           return info.param == Transport::kShm ? "Shm" : "Socket";
                         });

}  // namespace
}  // namespace cmapsim
