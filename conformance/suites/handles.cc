// Handles that are none, finalized ones and ones that never were, in every function.

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

struct Case {
  uint32_t choice;  // which bad handle
  uint32_t low;
  uint32_t high;
  uint32_t open;  // whether another connection is open meanwhile
};

rc::Gen<Case> Cases(uint32_t choices) {
  return Record<Case>({{&Case::choice, choices},
                       {&Case::low, 0xffff'ffff},
                       {&Case::high, 0xffff'ffff},
                       {&Case::open, 2}});
}

// A call of a function, by number.
struct Call {
  uint32_t function;
  uint32_t mode;
};

constexpr uint32_t kFunctions = 16;

rc::Gen<std::vector<Call>> Calls() {
  return Records<Call>(1, 12, {{&Call::function, kFunctions}, {&Call::mode, 4}});
}

Step StepOf(const Call& call, int32_t connection) {
  constexpr Op kOps[kFunctions] = {
      Op::kDispatch,     Op::kFinalize,   Op::kFdGet,      Op::kTrackAdd,
      Op::kTrackDelete,  Op::kSet,        Op::kGet,        Op::kDelete,
      Op::kInc,          Op::kDec,        Op::kIterInit,   Op::kIterNext,
      Op::kIterFinalize, Op::kContextSet, Op::kContextGet, Op::kDispatch};
  Step step = On(kOps[call.function], connection);
  switch (step.op) {
    case Op::kDispatch:
      step.mode = static_cast<int32_t>(1 + call.mode);
      break;
    case Op::kTrackAdd:
      return TrackAdd(8, "test.a", kTrackAll, connection);
    case Op::kSet:
      return Set("test.a", Value::Integer(ValueType::kUInt8, 1), connection);
    case Op::kGet:
      step.key = "test.a";
      step.buffer_size = 16;
      break;
    case Op::kDelete:
    case Op::kInc:
    case Op::kDec:
      step.key = "test.a";
      break;
    case Op::kContextSet:
      step.context = 7;
      break;
    default:
      break;
  }
  return step;
}

// The calls on connection slot 1, which is not open, beside one that is.
rc::Gen<Plan> NeverAHandle(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Call>& calls) {
    Script script(options);
    if (c.open != 0) {
      script.Connect(0);
      script.Track("test.", kTrackAll | kTrackPrefix);
      script.Apply({});
    }
    for (const Call& call : calls) {
      script.Add(WithBadHandle(StepOf(call, 1), c.choice, c.low, c.high));
    }
    return script.End();
  };
  return Plans(write, Cases(kBadHandleChoices), Calls());
}

// A connection was there once; a later one may have taken its place in the library's table.
rc::Gen<Plan> FinalizedHandle(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Call>& calls) {
    Script script(options);
    script.Add(Initialize(1));
    Step iterate = On(Op::kIterInit, 1);
    script.Add(std::move(iterate));
    script.Track("test.", kTrackAll | kTrackPrefix, 1);
    script.Apply({});
    script.Add(Finalize(1));
    if (c.open != 0) {
      script.Connect(0);
      script.Track("test.", kTrackAll | kTrackPrefix);
      script.Apply({});
    }
    for (const Call& call : calls) script.Add(StepOf(call, 1));
    return script.End();
  };
  return Plans(write, Cases(1), Calls());
}

}  // namespace

void AddHandleProperties(std::vector<Property>& out) {
  out.push_back(
      {.name = "lifecycle/bad-handle",
       .clauses = {"cmap_finalize.bad_handle", "cmap_get.returns", "undocumented.invalid_handle"},
       .sentence = "every function says so of a handle that never was one",
       .live = true,
       .generate = &NeverAHandle});
  out.push_back({.name = "lifecycle/finalized-handle",
                 .clauses = {"cmap_finalize.no_more_callbacks", "cmap_finalize.bad_handle",
                             "undocumented.invalid_handle"},
                 .sentence = "every function says so of a handle that was finalized",
                 .live = true,
                 .generate = &FinalizedHandle});
}

}  // namespace cmapsim::suite
