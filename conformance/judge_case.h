// A case of the judge as text: a plan's steps, a trace, and what must be seen in it.
//
//   ExpectJudged({.steps = R"(
//       {op: initialize}
//       {op: finalize}
//     )", .trace = R"(
//       > 0 initialize connection=0
//       < 0 CS_OK handle=h1
//       > 1 finalize connection=0
//       < 1 CS_ERR_LIBRARY
//       = finished
//     )", .departs = {"cmap_finalize.returns [] CS_ERR_LIBRARY"}});
//
// A line of the trace without a time is of time 0. What departs must be exactly `departs`; what conforms
// and what is recorded must contain what is named.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/judge.h"

namespace cmapsim {

struct JudgeCase {
  std::string_view name = {};
  std::string_view steps;  // one a line
  std::string_view trace;
  std::vector<std::string> departs = {};  // "clause [situation] outcome"
  std::vector<std::string> conforms = {};
  std::vector<std::string> records = {};
  std::vector<std::string> unknown = {};  // exactly these
  std::string_view plan = {};             // lines before the steps: transport, keys, faults
  bool live = false;
};

void ExpectJudged(const JudgeCase& c);

// All that is seen, in its order.
[[nodiscard]] std::vector<Observation> SeenIn(const JudgeCase& c);

// For GoogleTest: the name instead of bytes.
void PrintTo(const JudgeCase& c, std::ostream* out);

// Names of cases, for INSTANTIATE_TEST_SUITE_P and failures.
[[nodiscard]] std::string CaseName(const JudgeCase& c);

}  // namespace cmapsim
