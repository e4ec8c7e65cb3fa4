// What the observations of many cases add up to, for each clause.
//
//   Tally tally;                       // of some cases in a row of one property
//   tally.Add(case_index, observation, weigh);
//   whole.Merge(std::move(tally));     // of later cases
//
// Small whatever the number of cases: counts, the worst verdicts, and the first of what matters.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/expectations.h"
#include "conformance/judge.h"
#include "conformance/verdict.h"

namespace cmapsim {

// Judges observations for one target.
class Weighing {
 public:
  Weighing(const Expectations& expectations, std::string version)
      : expectations_(expectations), version_(std::move(version)) {}

  [[nodiscard]] Judgement Of(const Observation& seen) const {
    return Weigh(seen, expectations_, version_);
  }
  // Whether this is a finding. A target that does not claim to be compatible need not be.
  [[nodiscard]] bool Fails(const Judgement& judgement) const;
  // The expectation that makes a failure an expected one, or null.
  [[nodiscard]] const Expectation* ExpectationFor(const Observation& seen) const;

 private:
  const Expectations& expectations_;
  std::string version_;
};

// An observation that is a finding, and the case that showed it.
struct Failing {
  int64_t case_index = 0;
  Observation seen;
};

struct ClauseTally {
  int64_t observations = 0;
  Verdict documented = Verdict::kSkipped;
  Verdict compatible = Verdict::kSkipped;
  Verdict gravest = Verdict::kSkipped;  // of the one that `detail` is of
  std::string detail;
  std::string reason;    // likewise, where that was expected
  std::string evidence;  // of the first failure that was expected
  std::optional<Failing> first_failing;
};

class Tally {
 public:
  void Add(int64_t case_index, const Observation& seen, const Weighing& weighing);
  // `later` is of cases behind these. Returns the clauses that fail for the first time.
  std::vector<std::string_view> Merge(Tally later);
  [[nodiscard]] const std::map<std::string_view, ClauseTally>& clauses() const { return clauses_; }

 private:
  std::map<std::string_view, ClauseTally> clauses_;
};

}  // namespace cmapsim
