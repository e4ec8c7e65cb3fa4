// Defects of libcmap 3.1.7 and libqb 2.0.6 on the client's side that a fault, or a second task, brings to light
// (docs/observed.md): each plan still shows its own. Where a later release has mended one, the
// plan's line here says so.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "conformance/targets/test_support.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

struct Defect {
  std::string name;        // of the plan
  Transport transport;     // over which it shows
  std::string shows;       // in the trace with its host level
  std::string never = {};  // what the trace then does not have
};

void PrintTo(const Defect& defect, std::ostream* out) { *out << defect.name; }

const Defect kDefects[] = {

    {"answers-shifted", Transport::kShm, "0 < 2 CS_OK\n"},
    {"answers-shifted", Transport::kShm, "0 < 3 CS_ERR_ACCESS\n"},
    {"answers-swapped", Transport::kShm, "0 < 2 CS_ERR_NOT_EXIST\n"},
    {"answers-swapped", Transport::kSocket, "0 < 4 CS_OK task=1\n"},
    {"first-connections-at-once", Transport::kShm, "0 < 2 CS_ERR_BAD_HANDLE\n"},
    {"first-connections-at-once", Transport::kSocket, "0 < 2 CS_ERR_BAD_HANDLE\n"},
    {"answer-of-another", Transport::kShm, "0 = crash SIGSEGV\n"},
    {"event-lost", Transport::kShm, "0 < 5 CS_OK ready=in\n", "0 ! 1 "},
    {"no-handle-ever-after", Transport::kShm, "0 < 1 CS_ERR_LIBRARY\n"},
    {"no-handle-ever-after", Transport::kSocket, "0 < 1 CS_ERR_LIBRARY\n"},
    {"wake-up-spins", Transport::kShm, "0 = livelock "},
    {"closed-twice", Transport::kShm, "0 | close 64 result=-9\n"},
    {"closed-twice", Transport::kSocket, "0 | close 64 result=-9\n"},
    {"shortcut-without-place", Transport::kShm, "0 < 3 CS_ERR_INVALID_PARAM\n"},
    {"shortcut-without-place", Transport::kShm, "0 = crash SIGSEGV\n"},
    {"statistics-beyond-buffer", Transport::kShm, "0 < 1 CS_OK type=uint64 len=8 "},
    {"statistics-beyond-buffer", Transport::kShm, "0 = crash SIGSEGV\n"},
    {"statistics-beyond-buffer", Transport::kSocket, "0 = crash SIGSEGV\n"},
    {"string-of-freed-memory", Transport::kShm, "0 < 2 CS_ERR_TRY_AGAIN touched=value\n"},
    {"string-of-freed-memory", Transport::kSocket, "0 < 2 CS_ERR_TRY_AGAIN touched=value\n"},
    {"connection-left-open", Transport::kShm, "0 < 2 CS_OK\n", "| shutdown "},
    {"connection-left-open", Transport::kSocket, "0 < 2 CS_OK\n", "| shutdown "},
};

class DefectTest : public testing::TestWithParam<Defect> {};

TEST_P(DefectTest, IsShownByItsPlan) {
  CMAPSIM_NEEDS_LIBCMAP();
  const Defect& defect = GetParam();
  const auto target = OpenForTest(defect.transport);
  ASSERT_NE(target, nullptr);
  const auto trace =
      target->Run(ReadPlan("fixtures/plans/defects/" + defect.name + ".yaml"), TraceLevel::kHost);
  ASSERT_TRUE(trace.has_value()) << trace.error();
  const size_t end = std::min<size_t>(trace->size(), 20'000);
  EXPECT_NE(trace->find(defect.shows), std::string_view::npos)
      << "expected " << defect.shows << trace->substr(trace->size() - end);
  if (!defect.never.empty()) {
    EXPECT_EQ(trace->find(defect.never), std::string_view::npos) << *trace;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, DefectTest, testing::ValuesIn(kDefects));

}  // namespace
}  // namespace cmapsim
