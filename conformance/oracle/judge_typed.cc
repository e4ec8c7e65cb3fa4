#include <string>

#include "conformance/oracle/function_clauses.h"
#include "conformance/oracle/judge_calls.h"
#include "conformance/part_words.h"

namespace cmapsim {
namespace {

// What the shortcut shows of a value of its own type: of a string, the text without what ends it.
std::string ShownByShortcut(const HeldValue& held) {
  std::string bytes = held.bytes;
  if (held.type == ValueType::kString && !bytes.empty()) bytes.pop_back();
  std::string text;
  AppendTraceValue(held.type, bytes, text);
  return text;
}

}  // namespace

void JudgeTypedGet(RunState& state, const Frame& frame, const MapModel::Entry& entry,
                   const TraceEvent& event) {
  const int32_t step = frame.step->id;
  const std::string_view result = event.word;
  const ValueType type = *TypeGotBy(frame.step->op);
  const std::string_view own = GetShortcutClause(type);
  if (entry.value.type != type) {
    const std::string part = TypesPart(entry.value.type, type);
    const About about(state, part);
    return JudgeError(state, frame, clause::kGetOtherType, "CS_ERR_INVALID_PARAM", result);
  }
  if (result != "CS_OK") {
    return state.Departs(own, std::string(result), step,
                         "expected CS_OK, the key being of the type");
  }
  const std::string expected = ShownByShortcut(entry.value);
  const std::string_view got = event.Field("value");
  if (got == expected) {
    state.Conforms(own, "as stored", step);
    if (type == ValueType::kString) state.Conforms(clause::kGetStringAllocated, "a text", step);
    if (entry.shortcut) state.Conforms(SetShortcutClause(*entry.shortcut), "as stored", step);
    return;
  }
  const bool none = got == "NULL" || got == "untouched";
  state.Departs(none ? clause::kGetStringAllocated : own, none ? "no text" : "another value", step,
                "expected " + expected + ", got " + std::string(got));
}

}  // namespace cmapsim
