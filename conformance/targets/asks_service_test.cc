// AsksService (sim/core/operations.h) of every function, held against the installed library: beside a service that is stopped
// those that ask it never come back, and the others do.
#include <optional>
#include <string>

#include "conformance/targets/test_support.h"
#include "sim/core/operations.h"

namespace cmapsim {
namespace {

bool IsOfLibrary(Op op) {
  switch (op) {
    case Op::kPoll:
    case Op::kSleep:
    case Op::kService:
    case Op::kStart:
    case Op::kJoin:
    case Op::kSigaction:
    case Op::kSignal:
    case Op::kInput:
      return false;
    default:
      return true;
  }
}

Step Of(Op op) {
  Step step;
  step.op = op;
  step.key = "test.a";
  return step;
}

// With a tracker and an iterator, and then without a service that answers.
Plan Stopped(Op op) {
  Plan plan;
  plan.steps.push_back(Of(Op::kInitialize));
  Step track = Of(Op::kTrackAdd);
  track.track = kTrackAdd;
  plan.steps.push_back(track);
  plan.steps.push_back(Of(Op::kIterInit));
  Step stop = Of(Op::kService);
  stop.action = ServiceAction::kStop;
  plan.steps.push_back(stop);
  Step step = Of(op);
  step.mode = op == Op::kDispatch ? kDispatchAll : 0;
  if (const auto type = op == Op::kSet ? ValueType::kUInt8 : TypeSetBy(op)) {
    step.value = Value{*type, std::string(FixedValueSize(*type), '\1')};
  }
  plan.steps.push_back(step);
  NumberSteps(plan);
  return plan;
}

class AsksServiceTest : public testing::TestWithParam<Transport> {};

TEST_P(AsksServiceTest, IsTrueOfWhatAStoppedServiceHoldsUp) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto target = OpenForTest(GetParam());
  ASSERT_NE(target, nullptr);
  for (const std::string_view name : OpNames()) {
    const Op op = *ParseOp(name);
    if (!IsOfLibrary(op)) continue;
    const auto trace = target->Run(Stopped(op), TraceLevel::kApi);
    ASSERT_TRUE(trace.has_value()) << trace.error();
    const auto ends = [&](const char* how) { return trace->find(how) != std::string_view::npos; };
    // Whoever connects waits without a limit, and whoever is connected in slices.
    const bool held_up = ends(" = stall ") || ends(" = deadlock ");
    EXPECT_NE(held_up, ends(" = finished\n")) << name << "\n" << *trace;
    EXPECT_EQ(held_up, AsksService(op)) << name << "\n" << *trace;
  }
}

INSTANTIATE_TEST_SUITE_P(Transports, AsksServiceTest,
                         testing::Values(Transport::kShm, Transport::kSocket),
                         [](const auto& info) {
                           return info.param == Transport::kShm ? "Shm" : "Socket";
                         });

}  // namespace
}  // namespace cmapsim
