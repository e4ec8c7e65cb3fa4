#include "sim/core/plan_fields.h"

namespace cmapsim {
namespace {

constexpr std::string_view kNames[] = {
#define CMAPSIM_X(enumerator, name) name,
    CMAPSIM_STEP_FIELDS(CMAPSIM_X)
#undef CMAPSIM_X
};

constexpr StepFieldSet Set(auto... fields) { return (StepFieldSet{0} | ... | Bit(fields)); }

using enum StepField;

constexpr StepFieldSet kWhose = Set(kBy, kConnection, kHandle);

// What a client's step takes beside what it needs.
StepFields ClientFieldsOf(Op op) {
  const auto fields = [](StepFieldSet takes, StepFieldSet needs) {
    return StepFields{takes | needs, needs};
  };
  if (TypeSetBy(op)) return fields(kWhose, Set(kKey, kValue));
  if (TypeGotBy(op)) return fields(kWhose | Set(kOutput), Set(kKey));
  switch (op) {
    case Op::kInitialize:
      return fields(Set(kBy, kConnection, kOutput), 0);
    case Op::kInitializeMap:
      return fields(Set(kBy, kConnection, kOutput), Set(kMap));
    case Op::kFinalize:
      return fields(kWhose, 0);
    case Op::kFdGet:
    case Op::kContextGet:
      return fields(kWhose | Set(kOutput), 0);
    case Op::kDispatch:
      return fields(kWhose | Set(kMode), 0);
    case Op::kContextSet:
      return fields(kWhose, Set(kContext));
    case Op::kSet:
      return fields(kWhose, Set(kKey, kValue));
    case Op::kGet:
      return fields(kWhose | Set(kBuffer, kValueLen, kType), Set(kKey));
    case Op::kDelete:
    case Op::kInc:
    case Op::kDec:
      return fields(kWhose, Set(kKey));
    case Op::kIterInit:
      return fields(kWhose | Set(kIterator, kKey, kOutput), 0);
    case Op::kIterNext:
      return fields(kWhose | Set(kIterator, kIterHandle, kValueLen, kType, kOutput), 0);
    case Op::kIterFinalize:
      return fields(kWhose | Set(kIterator, kIterHandle), 0);
    case Op::kTrackAdd:
      return fields(kWhose | Set(kTracker, kNotify, kOutput, kOnCallback), Set(kKey, kTrack));
    case Op::kTrackDelete:
      return fields(kWhose | Set(kTracker, kTrackHandle), 0);
    case Op::kPoll:
      return fields(kWhose, Set(kTimeout));
    case Op::kSleep:
      return fields(Set(kBy), Set(kDuration));
    case Op::kService:
      return fields(Set(kAfter), Set(kAction));
    case Op::kStart:
    case Op::kJoin:
      return fields(0, Set(kTask));
    case Op::kSigaction:
      return fields(Set(kRestart, kOnSignal), Set(kSignal));
    case Op::kSignal:
      return fields(Set(kAfter), Set(kSignal));
    case Op::kInput:
      return fields(Set(kAfter), Set(kValue));
    default:  // the shortcuts
      break;
  }
  return {};
}

}  // namespace

std::span<const std::string_view> StepFieldNames() { return kNames; }

StepFields FieldsOf(Op op, Actor by) {
  StepFields fields = ClientFieldsOf(op);
  // A peer has one connection, and no handles that a plan could name.
  if (by == Actor::kPeer) {
    fields.takes = (fields.takes | Bit(kAfter)) & ~Set(kConnection, kHandle);
  }
  return fields;
}

bool PeerMay(Op op) {
  return op == Op::kSet || op == Op::kDelete || op == Op::kInc || op == Op::kDec;
}

}  // namespace cmapsim
