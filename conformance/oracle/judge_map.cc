#include <algorithm>
#include <string>

#include "conformance/oracle/asynchronous.h"
#include "conformance/oracle/function_clauses.h"
#include "conformance/oracle/judge_calls.h"
#include "conformance/part_words.h"

namespace cmapsim {
namespace {

constexpr std::string_view kInvalidParam = "CS_ERR_INVALID_PARAM";

// Which clause says what comes of a NULL, a key that is not there, a key that may not be changed.
struct ChangeClauses {
  std::string_view unspecified, not_exist, read_only;
};

ChangeClauses ClausesOf(Op op) {
  switch (PageOp(op)) {
    case Op::kSet:
      return {clause::kSetUnspecified, {}, clause::kSetReadOnly};
    case Op::kDelete:
      return {clause::kDeleteUnspecified, clause::kDeleteNotExist, clause::kDeleteReadOnly};
    case Op::kInc:
      return {clause::kIncUnspecified, clause::kIncNotExist, clause::kIncReadOnly};
    default:
      return {clause::kDecUnspecified, clause::kDecNotExist, clause::kDecReadOnly};
  }
}

bool IsRacy(const RunState& state, const std::string& key) {
  std::string text;
  AppendTraceKey(key, text);
  return state.racy_keys.contains(text);
}

// An error of the map is due and the page names it. The key stays as it is, unless the call
// succeeded.
void JudgeRefusal(RunState& state, const Frame& frame, std::string_view clause_id,
                  std::string_view expected, std::string_view result) {
  JudgeError(state, frame, clause_id, expected, result);
  if (result == "CS_OK" && frame.step->key) state.map.Forget(*frame.step->key);
}

// Any error is right, and which one is only recorded; CS_OK breaks `clause_id`, if that is not
// empty.
void JudgeOpen(RunState& state, const Frame& frame, std::string_view clause_id,
               std::string_view open_clause, std::string_view result,
               std::string_view situation = {}) {
  const int32_t step = frame.step->id;
  if (result == "CS_OK" && !clause_id.empty()) {
    state.Departs(clause_id, "CS_OK", step, "expected an error");
  } else {
    if (!clause_id.empty()) state.Conforms(clause_id, "an error", step);
    state.Records(open_clause, std::string(result), step, situation);
  }
  if (result == "CS_OK") state.Change(*frame.step, frame.begun_ns);
}

void Carry(RunState& state, const Frame& frame, std::string_view result, Nanos now_ns) {
  JudgeOk(state, frame, result);
  if (result == "CS_OK") state.Change(*frame.step, now_ns);
}

// What is the matter with a value of which the page does not say what comes.
std::string_view ValueProblem(const Value& value) {
  constexpr size_t kLong = 16 * 1024;
  constexpr size_t kTransport = 1'000'000;
  if (value.bytes.size() > kTransport) return "a value of about a mebibyte or more";
  if (value.bytes.size() > kLong) return "a very long value";
  if (value.type == ValueType::kString) return "a string with a zero within";
  return FixedValueSize(value.type) == 0 ? "a type without a name"
                                         : "a length that is not its type's";
}

// A set whose arguments the page allows or refuses; true where it was refused.
bool JudgeSetArguments(RunState& state, const Frame& frame, std::string_view result) {
  const Step& step = *frame.step;
  if (!KeyLengthFits(*step.key)) {
    JudgeRefusal(state, frame, clause::kSetKeyLength, "CS_ERR_NAME_TOO_LONG", result);
    return true;
  }
  if (!KeyCharactersFit(*step.key)) {
    JudgeOpen(state, frame, clause::kSetKeyCharacters, clause::kUndocKeyCharacters, result);
    return true;
  }
  if (!Hold(*step.value)) {
    JudgeOpen(state, frame, {}, clause::kUndocValueLength, result, ValueProblem(*step.value));
    return true;
  }
  return false;
}

bool KeyNameFits(const std::string& key) { return KeyLengthFits(key) && KeyCharactersFit(key); }

// A name that no key can have is looked up: there is no such key, but which error says so is open.
void JudgeUnusualName(RunState& state, const Frame& frame, std::string_view clause_id,
                      std::string_view result) {
  const size_t longest = 255;
  JudgeOpen(state, frame, clause_id, clause::kUndocLookedUpName, result,
            frame.step->key->size() > longest ? "a name that is too long" : "another name");
}

bool HasInteger(const MapModel::Entry& entry) {
  return !entry.value_known || IsIntegerType(entry.value.type);
}

// Errors that are of the connection, and say nothing of the key and its value.
bool IsOfConnection(std::string_view result) {
  constexpr std::string_view kErrors[] = {"CS_ERR_LIBRARY",   "CS_ERR_BAD_HANDLE",
                                          "CS_ERR_TRY_AGAIN", "CS_ERR_INTERRUPT",
                                          "CS_ERR_NO_MEMORY", "CS_ERR_MESSAGE_ERROR"};
  return std::find(std::begin(kErrors), std::end(kErrors), result) != std::end(kErrors);
}

// What a change that is due says besides of the name and of the type.
void JudgeParts(RunState& state, const Frame& frame, const MapModel::Entry& entry,
                std::string_view result) {
  const Step& step = *frame.step;
  const bool ok = result == "CS_OK";
  if (PageOp(step.op) == Op::kSet && IsAtLimitOfLength(*step.key)) {
    if (ok) return state.Conforms(clause::kSetKeyLimits, result, step.id);
    if (IsOfConnection(result)) return;
    return state.Departs(
        clause::kSetKeyLimits, std::string(result), step.id,
        "expected CS_OK for a name of " + std::to_string(step.key->size()) + " characters");
  }
  const bool counts = step.op == Op::kInc || step.op == Op::kDec;
  if (ok || !counts || !entry.value_known || IsOfConnection(result)) return;
  state.Departs(CountTypeClause(step.op == Op::kInc, entry.value.type), std::string(result),
                step.id, "expected CS_OK, got " + std::string(result));
}

}  // namespace

void JudgeChange(RunState& state, const Frame& frame, const TraceEvent& event) {
  const Step& step = *frame.step;
  const ChangeClauses ids = ClausesOf(step.op);
  const std::string_view result = event.word;
  if (frame.connection == kNone) {
    // With a NULL as well, the error may be that of either mistake.
    return JudgeInvalidHandle(state, frame, result);
  }
  if (!state.connections[static_cast<size_t>(frame.connection)].modelled) {
    return JudgeOtherMap(state, frame, event);
  }
  const bool sets = PageOp(step.op) == Op::kSet;
  if (!step.key || (sets && !step.value)) {
    if (frame.surely_dead && result == "CS_ERR_LIBRARY") return;
    return JudgeRefusal(state, frame, ids.unspecified, kInvalidParam, result);
  }
  if (JudgedWithoutService(state, frame, result)) return;
  NoteRace(state, step);
  if (state.map.IsReadOnly(*step.key)) {
    return JudgeRefusal(state, frame, ids.read_only, "CS_ERR_ACCESS", result);
  }
  if (sets && JudgeSetArguments(state, frame, result)) return;
  const MapModel::Entry entry = state.map.Find(*step.key);
  const bool unknown = entry.presence == MapModel::Presence::kUnknown || IsRacy(state, *step.key);
  const bool may_refuse = unknown && (!sets || state.map.IsServiceKey(*step.key));
  if (may_refuse) {
    if (result == "CS_OK") state.Change(step, event.at_ns);
    return;
  }
  if (!sets && entry.presence == MapModel::Presence::kAbsent) {
    if (!KeyNameFits(*step.key)) return JudgeUnusualName(state, frame, ids.not_exist, result);
    return JudgeRefusal(state, frame, ids.not_exist, "CS_ERR_NOT_EXIST", result);
  }
  const bool adjusts = step.op == Op::kInc || step.op == Op::kDec;
  if (adjusts && !HasInteger(entry)) {
    const About about(state, ValueTypeName(entry.value.type));
    return JudgeOpen(state, frame, step.op == Op::kInc ? clause::kIncTypes : clause::kDecTypes,
                     clause::kUndocNotInteger, result, FunctionClauses(step.op).function);
  }
  JudgeParts(state, frame, entry, result);
  Carry(state, frame, result, event.at_ns);
}

namespace {

// What told wrong, if the value that came out is not the one that is held: cmap_get, or what stored it.
std::string_view Suspect(const MapModel::Entry& entry) {
  if (entry.shortcut) return SetShortcutClause(*entry.shortcut);
  if (entry.adjusted == 0) return clause::kGetValue;
  if (entry.adjusted > 0) {
    return entry.adjusted == 1 ? clause::kIncIncreases : clause::kIncOverflow;
  }
  return entry.adjusted == -1 ? clause::kDecDecreases : clause::kDecOverflow;
}

bool IsCounted(const MapModel::Entry& entry) { return entry.adjusted != 0; }
// By cmap_set of the client under test.
bool IsSet(const MapModel::Entry& entry) {
  return entry.by_client && !entry.shortcut && !IsCounted(entry);
}

// The value came out as it is held: what that says of where it came from, of its type, of the connection.
void CreditValue(RunState& state, const Frame& frame, const MapModel::Entry& entry) {
  constexpr std::string_view kAsStored = "as stored";
  const Step& step = *frame.step;
  const ValueType type = entry.value.type;
  if (step.null_type) return state.ConformsOnce(clause::kGetTypeNull, kAsStored, step.id);
  if (!step.buffer_size) return;
  state.ConformsOnce(GetTypeClause(type), kAsStored, step.id);
  if (IsCounted(entry)) {
    state.ConformsOnce(CountTypeClause(entry.adjusted > 0, type), kAsStored, step.id);
  } else if (IsSet(entry)) {
    state.ConformsOnce(SetTypeClause(type), kAsStored, step.id);
    state.ConformsOnce(clause::kSetStores, kAsStored, step.id);
  }
  if (state.connections[static_cast<size_t>(frame.connection)].by_map) {
    state.ConformsOnce(clause::kMapIcmap, kAsStored, step.id);
  }
}

// It did not, or another error came: `outcome` says which. Who told wrong, cmap_get or what stored the
// value, cannot be seen: both are told. A key that is not there was not stored.
void BlameValue(RunState& state, const Frame& frame, const MapModel::Entry& entry,
                const std::string& outcome, const std::string& detail) {
  const Step& step = *frame.step;
  const ValueType type = entry.value.type;
  const bool missing = outcome == "CS_ERR_NOT_EXIST";
  if (missing && state.connections[static_cast<size_t>(frame.connection)].by_map) {
    state.Departs(clause::kMapIcmap, outcome, step.id, detail);
  }
  if (step.null_type) return state.Departs(clause::kGetTypeNull, outcome, step.id, detail);
  if (IsCounted(entry)) {
    return state.Departs(CountTypeClause(entry.adjusted > 0, type), outcome, step.id, detail);
  }
  if (entry.shortcut) return;
  if (!missing || !IsSet(entry)) state.Departs(GetTypeClause(type), outcome, step.id, detail);
  if (!IsSet(entry) || (outcome.starts_with("CS_") && !missing)) return;
  state.Departs(SetTypeClause(type), outcome, step.id, detail);
  state.Departs(clause::kSetStores, outcome, step.id, detail);
}

// CS_OK: what the outputs say, against what the map holds.
void JudgeGetOutputs(RunState& state, const Frame& frame, const MapModel::Entry& entry,
                     const TraceEvent& event) {
  const HeldValue& held = entry.value;
  const int32_t step = frame.step->id;
  std::string text;
  AppendTraceValue(frame.step->null_type ? ValueType::kBinary : held.type, held.bytes, text);
  const bool with_buffer = frame.step->buffer_size.has_value();
  const bool same =
      (frame.step->null_type || event.Field("type") == ValueTypeName(held.type)) &&
      (frame.step->null_value_len || event.Field("len") == std::to_string(held.bytes.size())) &&
      (!with_buffer || event.Field("value") == text);
  const std::string_view suspect = Suspect(entry);
  if (!same) {
    const std::string got = "type=" + std::string(event.Field("type")) +
                            " len=" + std::string(event.Field("len")) +
                            " value=" + std::string(event.Field("value"));
    const std::string detail = "expected " + text + ", got " + got;
    BlameValue(state, frame, entry, "another value", detail);
    return state.Departs(suspect, "another value", step, detail);
  }
  CreditValue(state, frame, entry);
  {
    const std::string part = ValuePart(held.type, held.bytes);
    const About about(state, part);
    state.Conforms(clause::kGetValue, "as stored", step);
  }
  if (suspect != clause::kGetValue) {
    const About about(state, ValueTypeName(held.type));
    state.Conforms(suspect, "as stored", step);
  }
  if (!with_buffer) state.Conforms(clause::kGetNoValue, "length and type", step);
}

// What the library wrote besides: behind the value, or though it says that it failed.
void JudgeWritten(RunState& state, const Frame& frame, const TraceEvent& event) {
  const int32_t step = frame.step->id;
  const std::string_view page = FunctionClauses(frame.step->op).function;
  const std::string_view beyond = event.Field("beyond");
  if (!beyond.empty()) {
    state.Departs(clause::kGetLengthChecked, "writes behind the value", step,
                  std::string(beyond) + " bytes",
                  frame.step->buffer_size == 0 ? "a buffer of no bytes" : "");
  } else if (frame.step->buffer_size) {
    state.Conforms(clause::kGetLengthChecked, "nothing behind the value", step);
  }
  if (event.word == "CS_OK") return;
  const std::string_view touched = event.Field("touched");
  state.Records(clause::kUndocOutputsAfterError,
                touched.empty() ? "untouched" : "touched: " + std::string(touched), step, page);
}

// Of a key that the client deleted, and nobody has set since.
void JudgeDeleted(RunState& state, const Frame& frame, std::string_view result) {
  const int32_t step = frame.step->id;
  if (result == "CS_ERR_NOT_EXIST") state.ConformsOnce(clause::kDeleteDeletes, "gone", step);
  if (result != "CS_OK") return;
  state.Departs(clause::kDeleteDeletes, "still there", step,
                "expected CS_ERR_NOT_EXIST of " + *frame.step->key + ", which was deleted");
}

void LearnFrom(RunState& state, const Step& step, const TraceEvent& event) {
  if (event.word == "CS_ERR_NOT_EXIST") return;
  const auto value = ParseValue(event.Field("value"));
  if (event.word == "CS_OK" && value && !event.Field("value").empty()) {
    state.map.Learn(*step.key, {value->type, value->bytes});
  }
}

}  // namespace

void JudgeGet(RunState& state, const Frame& frame, const TraceEvent& event) {
  const Step& step = *frame.step;
  const std::string_view result = event.word;
  if (frame.connection == kNone) return JudgeInvalidHandle(state, frame, result);
  JudgeWritten(state, frame, event);
  if (!state.connections[static_cast<size_t>(frame.connection)].modelled) {
    return JudgeOtherMap(state, frame, event);
  }
  if (step.null_output) {
    return state.Records(clause::kUndocNullOutput, std::string(result), step.id, "cmap_get_*");
  }
  if (step.buffer_size && step.null_value_len) {
    return state.Records(clause::kUndocNullOutput, std::string(result), step.id,
                         "cmap_get, a buffer without its length");
  }
  if (!step.key) {
    if (frame.surely_dead && result == "CS_ERR_LIBRARY") return;
    return JudgeError(state, frame, clause::kGetUnspecified, kInvalidParam, result);
  }
  if (JudgedWithoutService(state, frame, result)) return;
  const MapModel::Entry entry = state.map.Find(*step.key);
  if (IsRacy(state, *step.key)) return;
  for (const UnderWay& u : state.under_way) {
    if (u.step->key == step.key) return;
  }
  if (entry.presence == MapModel::Presence::kUnknown || !entry.value_known) {
    return LearnFrom(state, step, event);
  }
  if (entry.presence == MapModel::Presence::kAbsent) {
    if (!KeyNameFits(*step.key))
      return JudgeUnusualName(state, frame, clause::kGetNotExist, result);
    if (entry.by_client) JudgeDeleted(state, frame, result);
    return JudgeError(state, frame, clause::kGetNotExist, "CS_ERR_NOT_EXIST", result);
  }
  if (TypeGotBy(step.op)) return JudgeTypedGet(state, frame, entry, event);
  if (step.buffer_size && *step.buffer_size < entry.value.bytes.size()) {
    const std::string_view situation = *step.buffer_size == 0 ? "a buffer of no bytes" : "";
    const About about(state, BufferPart(*step.buffer_size, entry.value.bytes.size()));
    if (result == kInvalidParam) {
      state.Conforms(FunctionClauses(step.op).returns, "an error", step.id, situation);
      return state.Conforms(clause::kGetShortBuffer, result, step.id, situation);
    }
    return state.Departs(clause::kGetShortBuffer, std::string(result), step.id,
                         "expected CS_ERR_INVALID_PARAM for a buffer that is too short", situation);
  }
  JudgeOk(state, frame, result);
  if (result == "CS_OK") return JudgeGetOutputs(state, frame, entry, event);
  if (IsOfConnection(result)) return;
  BlameValue(state, frame, entry, std::string(result), "expected CS_OK, the key being there");
}

}  // namespace cmapsim
