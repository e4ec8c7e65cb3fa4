// Verdicts, and how observations add up to them.
//
// For every clause and property two verdicts: `documented` (is the clause kept?) and `compatible`
// (is it as corosync 3.1 does?).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/expectations.h"
#include "conformance/judge.h"

namespace cmapsim {

enum class Verdict {
  kPass,
  kFail,
  kExpectedFail,    // departs from the clause in a way that an expectation accepts
  kUnexpectedPass,  // keeps a clause that an expectation says this version does not keep
  kInconclusive,    // a fault made several outcomes right
  kNotReached,      // the situation cannot arise on this target
  kSkipped,         // something is missing: the detail says what
  // Seen once and not again: a defect of cmapsim or of this machine's load, never the target's.
  kFlaky,
};
[[nodiscard]] std::string_view VerdictName(Verdict verdict);  // "pass", "expected fail", ...

// The two verdicts of one observation.
struct Judgement {
  Verdict documented;
  Verdict compatible;
};
// `version`: of the build under test, empty where unknown.
[[nodiscard]] Judgement Weigh(const Observation& observation, const Expectations& expectations,
                              std::string_view version);

// One line of the matrix.
struct Result {
  std::string clause;
  std::string property;
  Verdict verdict = Verdict::kNotReached;  // documented
  Verdict compatible = Verdict::kNotReached;
  int64_t cases = 0;        // observations
  std::string detail = {};  // of the first worst observation: what was expected, what was seen
  std::string reason = {};  // why it was expected, where it was
  std::string plan = {};    // path of a plan that shows it; empty: none
  // Of a clause without a property: the one whose result this is.
  std::string judged_as = {};
  // How often each part of the clause was seen (parts.h). Empty: it has none, or none was.
  std::vector<int64_t> parts = {};
};

// The worse of two, for adding up: fail > unexpected pass > flaky > expected fail > inconclusive >
// pass > not reached > skipped.
[[nodiscard]] Verdict Worse(Verdict a, Verdict b);

}  // namespace cmapsim
