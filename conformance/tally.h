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
#include <utility>
#include <vector>

#include "conformance/expectations.h"
#include "conformance/judge.h"
#include "conformance/verdict.h"

namespace cmapsim {

// Judges observations for one target.
class Weighing {
 public:
  // `live`: beside a real daemon, where evidence may rest on time alone.
  Weighing(const Expectations& expectations, std::string version, bool live = false)
      : expectations_(expectations), version_(std::move(version)), live_(live) {}

  [[nodiscard]] Judgement Of(const Observation& seen) const {
    return Weigh(seen, expectations_, version_);
  }
  // Whether this is a finding. A target that does not claim to be compatible need not be.
  [[nodiscard]] bool Fails(const Judgement& judgement) const;
  // Whether this finding has to be seen again before the target is blamed.
  [[nodiscard]] bool MustRepeat(const Observation& seen, const Judgement& judgement) const;
  [[nodiscard]] bool live() const { return live_; }
  // The expectation that makes a failure an expected one, or null.
  [[nodiscard]] const Expectation* ExpectationFor(const Observation& seen) const;

 private:
  const Expectations& expectations_;
  std::string version_;
  bool live_;
};

// An observation that is a finding, and the case that showed it.
struct Failing {
  int64_t case_index = 0;
  Observation seen;
  // Of the run that showed it, where the searcher noted it; digest: simulated, and not of a hang, which
  // is found by a clock; trace: of one that must be seen again, where it is not long.
  std::string digest = {};
  std::string trace = {};
};

// Findings of a clause that must be seen again. They are in no verdict until that is tried.
struct ToRepeat {
  static constexpr size_t kKept = 6;

  std::vector<Failing> first;  // of as many cases at most
  int64_t cases = 0;
  int64_t last_case = -1;
  Verdict documented = Verdict::kSkipped;
  Verdict compatible = Verdict::kSkipped;
  bool settled = false;  // it was tried, and the verdicts know
};

struct ClauseTally {
  int64_t observations = 0;
  // Of those that tell something (all but where several outcomes are right): cases, and of each part of the clause
  // (parts.h) observations. Empty: it has no parts, or none was seen.
  int64_t cases = 0;
  std::vector<int64_t> parts;
  int64_t last_case = -1;  // that was counted
  Verdict documented = Verdict::kSkipped;
  Verdict compatible = Verdict::kSkipped;
  Verdict gravest = Verdict::kSkipped;  // of the one that `detail` is of
  std::string detail;
  std::string reason;    // likewise, where that was expected
  std::string evidence;  // of the first failure that was expected
  std::optional<Failing> first_failing;
  ToRepeat to_repeat;
};

class Tally {
 public:
  // `step` is the plan's that was judged, or null.
  void Add(int64_t case_index, const Observation& seen, const Weighing& weighing,
           const Step* step = nullptr);
  // `later` is of cases behind these. Returns the clauses that fail for the first time.
  std::vector<std::string_view> Merge(Tally later);
  // The trace of this case, where findings of it are kept.
  void NoteTrace(int64_t case_index, std::string_view trace, bool live);
  // What was tried of the clause's findings that must be seen again (conformance/repeat.h): they were, and
  // `shown` is the one to be told; or they were not. `note` is added to the detail.
  void Confirm(std::string_view clause, const Failing& shown, const std::string& note);
  void CallFlaky(std::string_view clause, const Failing& shown, const std::string& note);
  // A finding that was in the verdicts at once, and did not come again.
  void TakeBack(std::string_view clause, const std::string& note);
  void AddNote(std::string_view clause, const std::string& note);
  [[nodiscard]] const std::map<std::string_view, ClauseTally>& clauses() const { return clauses_; }

 private:
  std::map<std::string_view, ClauseTally> clauses_;
};

}  // namespace cmapsim
