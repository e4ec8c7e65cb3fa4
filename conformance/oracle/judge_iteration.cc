#include <algorithm>
#include <string>

#include "conformance/oracle/function_clauses.h"
#include "conformance/oracle/judge_calls.h"

namespace cmapsim {
namespace {

// cs_name_t of corosync 3.1 holds no longer name.
constexpr size_t kLongestPrefix = 255;
constexpr std::string_view kAsDocumented = "as documented";
constexpr std::string_view kNoKey = "a key that is not there";

bool IsRacy(const RunState& state, const std::string& key) {
  std::string text;
  AppendTraceKey(key, text);
  return state.racy_keys.contains(text);
}

// Why the service may take another way than the page says; empty: there is no reason.
std::string_view Excuse(const RunState& state, const Iterator& iterator) {
  if (iterator.asked_between && state.plan.transport == Transport::kSocket) {
    return "over sockets, another request between init and the first next";
  }
  return iterator.tree_changed ? "keys or trackers came or went meanwhile" : "";
}

// Whether the map surely has the key, unchanged since the iteration began.
bool IsOwed(const RunState& state, const Iterator& iterator, const std::string& key) {
  return !iterator.came_or_went.contains(key) && !IsRacy(state, key) &&
         state.map.Find(key).presence == MapModel::Presence::kPresent;
}

std::vector<std::string> StillOwed(const RunState& state, const Iterator& iterator) {
  std::vector<std::string> owed;
  for (std::string& key : state.map.Present(iterator.prefix)) {
    if (!iterator.given.contains(key) && IsOwed(state, iterator, key)) {
      owed.push_back(std::move(key));
    }
  }
  return owed;
}

// No iterator, or not any more: any error is right.
void JudgeInvalidIterator(RunState& state, const Frame& frame, std::string_view result,
                          bool finalized) {
  const Step& step = *frame.step;
  const FunctionRow& row = FunctionClauses(step.op);
  const bool next = step.op == Op::kIterNext;
  const std::string_view id = finalized ? clause::kIterFinalizeFrees
                              : next    ? clause::kIterNextHandle
                                        : clause::kIterFinalizeHandle;
  const std::string_view words = finalized                        ? "a finalized iterator"
                                 : IsUnchecked(step.raw_iterator) ? kUncheckedHandle
                                                                  : "no iterator of the connection";
  if (result != "CS_OK") {
    state.Conforms(id, "an error", step.id, finalized ? row.function : std::string_view());
    return state.Records(clause::kUndocInvalidIterator, std::string(result), step.id,
                         std::string(row.function) + ", " + std::string(words));
  }
  state.Departs(id, "CS_OK", step.id, "expected an error for " + std::string(words),
                IsUnchecked(step.raw_iterator) ? kUncheckedHandle : std::string_view());
  state.iterators.Distrust(frame.connection);
}

// The iterator that the step names and that is the connection's, finalized or not; null: none is.
Iterator* FindIterator(RunState& state, const Frame& frame) {
  if (frame.step->raw_iterator) return nullptr;
  Iterator* iterator = state.iterators.InSlot(frame.step->iterator);
  return iterator != nullptr && iterator->connection == frame.connection ? iterator : nullptr;
}

void JudgeKeyType(RunState& state, const Frame& frame, const std::string& key,
                  const TraceEvent& event) {
  const MapModel::Entry entry = state.map.Find(key);
  const bool known = entry.presence == MapModel::Presence::kPresent && entry.value_known;
  if (!known || IsRacy(state, key) || !state.under_way.empty()) return;
  const auto judge = [&](std::string_view id, std::string_view expected, std::string_view got) {
    if (got == expected) return state.Conforms(id, kAsDocumented, frame.step->id);
    state.Departs(id, "another", frame.step->id,
                  "expected " + std::string(expected) + " of " + key + ", got " + std::string(got));
  };
  const Step& step = *frame.step;
  const About about(state, ValueTypeName(entry.value.type));
  if (!step.null_type) {
    judge(clause::kIterType, ValueTypeName(entry.value.type), event.Field("type"));
  }
  if (step.null_value_len) return;
  judge(clause::kIterValueLength, std::to_string(entry.value.bytes.size()), event.Field("len"));
}

// Why the key should not have come; empty: it may.
std::string_view WhatIsWrong(const RunState& state, const Iterator& iterator,
                             const std::string& key) {
  if (iterator.given.contains(key)) return "a key twice";
  const bool open = iterator.came_or_went.contains(key) || IsRacy(state, key);
  const bool absent = state.map.Find(key).presence == MapModel::Presence::kAbsent;
  return absent && !open ? kNoKey : "";
}

void JudgeKey(RunState& state, const Frame& frame, Iterator& iterator, const TraceEvent& event) {
  const int32_t step = frame.step->id;
  const std::string_view text = event.Field("key");
  const auto parsed = ParseTraceKey(text);
  const std::string key = parsed.value_or(std::string(text));
  const std::string_view excuse = Excuse(state, iterator);
  const About about(state, "the configuration");
  if (!key.starts_with(iterator.prefix)) {
    state.Departs(clause::kIterPrefix, "a key without the prefix", step, std::string(text), excuse);
  } else {
    state.Conforms(clause::kIterPrefix, kAsDocumented, step);
  }
  const std::string_view wrong = state.under_way.empty() ? WhatIsWrong(state, iterator, key) : "";
  if (!wrong.empty()) {
    state.Departs(clause::kIterNext, std::string(wrong), step, std::string(text), excuse);
  } else {
    state.Conforms(clause::kIterNext, kAsDocumented, step);
  }
  if (wrong == kNoKey && excuse.empty()) {
    state.Departs(clause::kIterKeyName, "a name of no key", step, std::string(text));
  } else if (wrong.empty()) {
    state.ConformsOnce(clause::kIterKeyName, kAsDocumented, step);
  }
  JudgeKeyType(state, frame, key, event);
  if (excuse.empty() && iterator.on && wrong.empty()) {
    state.Records(clause::kUndocIterOrder, *iterator.on < key ? "ascending" : "another order",
                  step);
  }
  iterator.given.insert(key);
  iterator.on = key;
}

// CS_ERR_NO_SECTIONS, or another error where it was due.
void JudgeEnd(RunState& state, const Frame& frame, Iterator& iterator, std::string_view result) {
  const int32_t step = frame.step->id;
  const std::vector<std::string> owed =
      state.under_way.empty() ? StillOwed(state, iterator) : std::vector<std::string>();
  const bool ended = result == "CS_ERR_NO_SECTIONS";
  if (ended && !owed.empty()) {
    return state.Departs(iterator.all_keys ? clause::kIterAllKeys : clause::kIterNext,
                         "a key left out", step, owed.front(), Excuse(state, iterator));
  }
  if (!ended) {
    const bool more = !owed.empty() || state.map.MayHoldOthers(iterator.prefix);
    return state.Departs(more ? FunctionClauses(Op::kIterNext).returns : clause::kIterNoSections,
                         std::string(result), step,
                         more ? "expected the next key" : "expected CS_ERR_NO_SECTIONS");
  }
  state.Conforms(clause::kIterNoSections, result, step);
  state.Conforms(iterator.all_keys ? clause::kIterAllKeys : clause::kIterIterates, "each key once",
                 step);
  iterator.on.reset();
}

}  // namespace

void JudgeIterInit(RunState& state, const Frame& frame, const TraceEvent& event) {
  const Step& step = *frame.step;
  const std::string_view result = event.word;
  if (frame.connection == kNone) return JudgeInvalidHandle(state, frame, result);
  if (step.null_output) {
    return state.Records(clause::kUndocNullOutput, std::string(result), step.id, "cmap_iter_init");
  }
  const std::string prefix = step.key.value_or("");
  const bool ok = result == "CS_OK";
  if (prefix.size() > kLongestPrefix && !ok && result != "CS_ERR_LIBRARY") {
    return state.Records(clause::kUndocIterLongPrefix, std::string(result), step.id);
  }
  if (JudgedWithoutService(state, frame, result)) return;
  if (prefix.size() > kLongestPrefix) {
    state.Records(clause::kUndocIterLongPrefix, std::string(result), step.id);
  } else if (state.connections[static_cast<size_t>(frame.connection)].modelled) {
    const bool others =
        state.map.MayHoldOthers(prefix) || !state.racy_keys.empty() || !state.under_way.empty();
    if (!others && state.map.Present(prefix).empty()) {
      JudgeError(state, frame, clause::kIterInitNoSections, "CS_ERR_NO_SECTIONS", result);
    } else {
      JudgeOk(state, frame, result);
    }
  }
  if (!ok) return;
  const std::string_view name = event.Field("iter");
  if (state.iterators.IsTaken(frame.connection, name)) {
    state.Departs(clause::kIterHandleGiven, "the handle of another iterator", step.id,
                  std::string(name) + " is of an iterator that is not finalized");
  } else {
    state.Conforms(clause::kIterHandleGiven, "a new handle", step.id);
  }
  state.iterators.Add({.slot = step.iterator,
                       .connection = frame.connection,
                       .name = name,
                       .prefix = prefix,
                       .all_keys = prefix.empty(),
                       .connections = state.ConnectionsSoFar()});
}

void JudgeIterNext(RunState& state, const Frame& frame, const TraceEvent& event) {
  const Step& step = *frame.step;
  const std::string_view result = event.word;
  if (frame.connection == kNone) return JudgeInvalidHandle(state, frame, result);
  if (step.null_output) {
    if (result == "CS_OK") state.iterators.Distrust(frame.connection);
    return state.Records(clause::kUndocNullOutput, std::string(result), step.id, "cmap_iter_next");
  }
  if (result != "CS_OK") {
    const std::string_view touched = event.Field("touched");
    state.Records(clause::kUndocOutputsAfterError,
                  touched.empty() ? "untouched" : "touched: " + std::string(touched), step.id,
                  "cmap_iter_next");
  }
  if (JudgedWithoutService(state, frame, result)) return;
  if (!state.connections[static_cast<size_t>(frame.connection)].modelled) {
    return JudgeOtherMap(state, frame, event);
  }
  Iterator* iterator = FindIterator(state, frame);
  if (iterator == nullptr || iterator->finalized) {
    return JudgeInvalidIterator(state, frame, result, iterator != nullptr);
  }
  if (iterator->uncertain) return;
  if (result != "CS_OK") return JudgeEnd(state, frame, *iterator, result);
  NoteConnection(state, frame, result);
  state.Conforms(FunctionClauses(step.op).returns, result, step.id);
  JudgeKey(state, frame, *iterator, event);
}

void JudgeIterFinalize(RunState& state, const Frame& frame, const TraceEvent& event) {
  const std::string_view result = event.word;
  if (frame.connection == kNone) return JudgeInvalidHandle(state, frame, result);
  if (JudgedWithoutService(state, frame, result)) return;
  Iterator* iterator = FindIterator(state, frame);
  if (iterator == nullptr || iterator->finalized) {
    return JudgeInvalidIterator(state, frame, result, iterator != nullptr);
  }
  if (!iterator->uncertain) JudgeOk(state, frame, result);
  iterator->finalized = true;
}

}  // namespace cmapsim
