// How the files of a suite enter their properties.
//
//   void AddPendingSituations(std::vector<Property>& out) {
//     AddForEachMode<&NothingTracked>(out, {.name = "nothing-tracked", .sentence = "..."});
//   }
//
// A situation is a function of the dispatch mode; it becomes one property for each of the four:
// "dispatch/one/nothing-tracked" and so on.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "conformance/suite.h"

namespace cmapsim::suite {

// "one", "all", "blocking", "one-nonblocking".
[[nodiscard]] std::string_view ModeWord(int32_t mode);

using Clauses = std::vector<std::string>;
// What each callback is judged by, and more.
[[nodiscard]] Clauses CallbackClauses(Clauses more = {});

// Which of the mode's own promises a situation calls on.
enum class Promise {
  kDispatch,  // what the mode does
  kNothing,   // what it does where nothing is pending
  kNone,      // none: what it does is said elsewhere
};

struct Situation {
  std::string_view name;
  std::string_view sentence;
  Clauses clauses = {};  // that it exercises in every mode
  Promise promise = Promise::kDispatch;
  bool live = true;
  Clauses in_one = {};  // besides, where the mode is ONE
  Clauses in_all = {};  // or ALL
};

[[nodiscard]] Property MakeProperty(int32_t mode, const Situation& situation,
                                    rc::Gen<Plan> (*generate)(const GenerateOptions&));

// Enters properties of one topic: Adder add(out, "values"); add("name", "sentence", {clauses}, &Generate);
class Adder {
 public:
  Adder(std::vector<Property>& out, std::string_view topic) : out_(out), topic_(topic) {}
  void operator()(std::string_view name, std::string_view sentence, Clauses clauses,
                  rc::Gen<Plan> (*generate)(const GenerateOptions&), bool live = true) const {
    out_.push_back({.name = topic_ + "/" + std::string(name),
                    .clauses = std::move(clauses),
                    .sentence = std::string(sentence),
                    .live = live,
                    .generate = generate});
  }

 private:
  std::vector<Property>& out_;
  std::string topic_;
};

template <auto kSituation, int32_t kMode>
[[nodiscard]] rc::Gen<Plan> InMode(const GenerateOptions& options) {
  return kSituation(kMode, options);
}

template <auto kSituation>
void AddForEachMode(std::vector<Property>& out, const Situation& situation) {
  const auto add = [&]<int32_t kMode>(std::integral_constant<int32_t, kMode>) {
    out.push_back(MakeProperty(kMode, situation, &InMode<kSituation, kMode>));
  };
  add(std::integral_constant<int32_t, kDispatchOne>());
  add(std::integral_constant<int32_t, kDispatchAll>());
  add(std::integral_constant<int32_t, kDispatchBlocking>());
  add(std::integral_constant<int32_t, kDispatchOneNonblocking>());
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
void AddValueProperties(std::vector<Property>& out);
void AddPartProperties(std::vector<Property>& out);
void AddTypedProperties(std::vector<Property>& out);
void AddIterationProperties(std::vector<Property>& out);
void AddMapProperties(std::vector<Property>& out);
void AddConnectionProperties(std::vector<Property>& out);
void AddAnythingProperties(std::vector<Property>& out);
void AddThreadProperties(std::vector<Property>& out);
void AddFaultProperties(std::vector<Property>& out);

}  // namespace cmapsim::suite
