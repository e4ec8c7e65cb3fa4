// How the files of a suite enter their properties.
//
//   void AddPendingSituations(std::vector<Property>& out) {
//     AddForEachMode<&NothingTracked>(out, "nothing-tracked", "no tracker was ever added", {...});
//   }
//
// A situation is a function of the dispatch mode; it becomes one property for each of the four:
// "dispatch/one/nothing-tracked" and so on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite.h"

namespace cmapsim::suite {

// "one", "all", "blocking", "one-nonblocking".
[[nodiscard]] std::string_view ModeWord(int32_t mode);
// The clause that says what a mode does.
[[nodiscard]] std::string_view ModeClause(int32_t mode);

using Clauses = std::vector<std::string>;
// What each callback is judged by.
[[nodiscard]] Clauses CallbackClauses();

template <auto kSituation, int32_t kMode>
[[nodiscard]] rc::Gen<Plan> InMode(const GenerateOptions& options) {
  return kSituation(kMode, options);
}

template <auto kSituation, int32_t kMode>
void AddForMode(std::vector<Property>& out, std::string_view situation, std::string_view sentence,
                Clauses clauses, bool live) {
  clauses.insert(clauses.begin(), std::string(ModeClause(kMode)));
  out.push_back({.name = "dispatch/" + std::string(ModeWord(kMode)) + "/" + std::string(situation),
                 .clauses = std::move(clauses),
                 .sentence = DispatchModeName(kMode) + " where " + std::string(sentence),
                 .live = live,
                 .generate = &InMode<kSituation, kMode>});
}

// `clauses`: what it exercises beside the mode's own.
template <auto kSituation>
void AddForEachMode(std::vector<Property>& out, std::string_view situation,
                    std::string_view sentence, const Clauses& clauses = {}, bool live = true) {
  AddForMode<kSituation, kDispatchOne>(out, situation, sentence, clauses, live);
  AddForMode<kSituation, kDispatchAll>(out, situation, sentence, clauses, live);
  AddForMode<kSituation, kDispatchBlocking>(out, situation, sentence, clauses, live);
  AddForMode<kSituation, kDispatchOneNonblocking>(out, situation, sentence, clauses, live);
}

// One for each file, in the order of the report.
void AddPendingSituations(std::vector<Property>& out);
void AddTrackerSituations(std::vector<Property>& out);
void AddCallbackSituations(std::vector<Property>& out);
void AddServiceSituations(std::vector<Property>& out);
void AddDelaySituations(std::vector<Property>& out);
void AddBacklogSituations(std::vector<Property>& out);
void AddInvalidSituations(std::vector<Property>& out);
void AddLifecycleProperties(std::vector<Property>& out);
void AddHandleProperties(std::vector<Property>& out);
void AddTrackingProperties(std::vector<Property>& out);

}  // namespace cmapsim::suite
