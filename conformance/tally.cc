#include "conformance/tally.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "conformance/evidence_kind.h"
#include "conformance/parts.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

bool IsFinding(Verdict verdict) {
  return verdict == Verdict::kFail || verdict == Verdict::kUnexpectedPass;
}

// What it adds to the evidence.
void Count(int64_t case_index, const Observation& seen, const Step* step, ClauseTally& tally) {
  if (seen.conformity == Conformity::kUnknown) return;
  if (tally.last_case != case_index) ++tally.cases;
  tally.last_case = case_index;
  const size_t count = PartsOf(seen.clause).size();
  if (count == 0) return;
  std::vector<size_t> shown;
  AddShownParts(seen, step, shown);
  if (!shown.empty()) tally.parts.resize(count);
  for (const size_t part : shown) ++tally.parts[part];
}

bool IsGraver(Verdict a, Verdict b) { return a != b && Worse(a, b) == a; }

std::string Describe(const Observation& seen) {
  std::string text = seen.situation;
  if (!text.empty()) text += ": ";
  return text + (seen.detail.empty() ? seen.outcome : seen.detail);
}

void Enter(int64_t case_index, const Observation& seen, const Judgement& judgement,
           ToRepeat& findings) {
  findings.documented = Worse(findings.documented, judgement.documented);
  findings.compatible = Worse(findings.compatible, judgement.compatible);
  if (findings.last_case == case_index) return;
  findings.last_case = case_index;
  ++findings.cases;
  if (findings.first.size() < ToRepeat::kKept) findings.first.push_back({case_index, seen});
}

void Merge(ToRepeat later, ToRepeat& into) {
  into.documented = Worse(into.documented, later.documented);
  into.compatible = Worse(into.compatible, later.compatible);
  into.cases += later.cases;
  const size_t room = ToRepeat::kKept - std::min(ToRepeat::kKept, into.first.size());
  const size_t taken = std::min(room, later.first.size());
  std::move(later.first.begin(), later.first.begin() + static_cast<std::ptrdiff_t>(taken),
            std::back_inserter(into.first));
}

// A finding in place of itself.
Verdict FlakyIfFinding(Verdict verdict) { return IsFinding(verdict) ? Verdict::kFlaky : verdict; }

}  // namespace

bool Weighing::Fails(const Judgement& judgement) const {
  return IsFinding(judgement.documented) ||
         (expectations_.compatible && IsFinding(judgement.compatible));
}

bool Weighing::MustRepeat(const Observation& seen, const Judgement& judgement) const {
  return live_ && Fails(judgement) && RestsOnTime(seen);
}

const Expectation* Weighing::ExpectationFor(const Observation& seen) const {
  const Expectation* known = expectations_.Find(seen.clause, seen.situation);
  return known != nullptr && known->Accepts(seen.outcome) ? known : nullptr;
}

void Tally::Add(int64_t case_index, const Observation& seen, const Weighing& weighing,
                const Step* step) {
  ClauseTally& tally = clauses_[seen.clause];
  ++tally.observations;
  Count(case_index, seen, step, tally);
  const Judgement judgement = weighing.Of(seen);
  if (weighing.MustRepeat(seen, judgement)) {
    return Enter(case_index, seen, judgement, tally.to_repeat);
  }
  tally.documented = Worse(tally.documented, judgement.documented);
  tally.compatible = Worse(tally.compatible, judgement.compatible);
  const Verdict gravity = Worse(judgement.documented, judgement.compatible);
  const bool expected = gravity == Verdict::kExpectedFail;
  const Expectation* known =
      expected && (tally.evidence.empty() || IsGraver(gravity, tally.gravest))
          ? weighing.ExpectationFor(seen)
          : nullptr;
  if (known != nullptr && tally.evidence.empty()) tally.evidence = known->evidence;
  if (IsGraver(gravity, tally.gravest)) {
    tally.gravest = gravity;
    tally.detail = gravity == Verdict::kPass ? std::string() : Describe(seen);
    tally.reason = known == nullptr ? std::string() : known->reason;
  }
  if (!tally.first_failing && weighing.Fails(judgement)) {
    tally.first_failing = Failing{case_index, seen};
  }
}

std::vector<std::string_view> Tally::Merge(Tally later) {
  std::vector<std::string_view> first_failures;
  for (auto& [clause, from] : later.clauses_) {
    ClauseTally& into = clauses_[clause];
    into.observations += from.observations;
    into.cases += from.cases;
    if (into.parts.size() < from.parts.size()) into.parts.resize(from.parts.size());
    for (size_t i = 0; i < from.parts.size(); ++i) into.parts[i] += from.parts[i];
    into.documented = Worse(into.documented, from.documented);
    into.compatible = Worse(into.compatible, from.compatible);
    if (IsGraver(from.gravest, into.gravest)) {
      into.gravest = from.gravest;
      into.detail = std::move(from.detail);
      into.reason = std::move(from.reason);
    }
    if (into.evidence.empty()) into.evidence = std::move(from.evidence);
    cmapsim::Merge(std::move(from.to_repeat), into.to_repeat);
    if (!into.first_failing && from.first_failing) {
      into.first_failing = std::move(from.first_failing);
      first_failures.push_back(clause);
    }
  }
  return first_failures;
}

void Tally::NoteTrace(int64_t case_index, std::string_view trace, bool live) {
  constexpr size_t kLongest = size_t{64} << 10;
  std::string digest;
  for (auto& [clause, tally] : clauses_) {
    for (Failing& failing : tally.to_repeat.first) {
      if (failing.case_index == case_index && trace.size() <= kLongest) failing.trace = trace;
    }
    if (live || !tally.first_failing || tally.first_failing->case_index != case_index) continue;
    if (digest.empty() && !trace.ends_with(" = hang\n")) digest = TraceDigest(trace);
    tally.first_failing->digest = digest;
  }
}

void Tally::Confirm(std::string_view clause, const Failing& shown, const std::string& note) {
  ClauseTally& tally = clauses_.at(clause);
  ToRepeat& found = tally.to_repeat;
  found.settled = true;
  tally.documented = Worse(tally.documented, found.documented);
  tally.compatible = Worse(tally.compatible, found.compatible);
  if (tally.first_failing) return;
  tally.first_failing = shown;
  tally.gravest = Worse(found.documented, found.compatible);
  tally.detail = Describe(shown.seen) + note;
  tally.reason.clear();
}

void Tally::CallFlaky(std::string_view clause, const Failing& shown, const std::string& note) {
  ClauseTally& tally = clauses_.at(clause);
  tally.to_repeat.settled = true;
  const Verdict documented = FlakyIfFinding(tally.to_repeat.documented);
  const Verdict compatible = FlakyIfFinding(tally.to_repeat.compatible);
  tally.documented = Worse(tally.documented, documented);
  tally.compatible = Worse(tally.compatible, compatible);
  if (!IsGraver(Worse(documented, compatible), tally.gravest)) return;
  tally.gravest = Worse(documented, compatible);
  tally.detail = Describe(shown.seen) + note;
  tally.reason.clear();
}

void Tally::TakeBack(std::string_view clause, const std::string& note) {
  ClauseTally& tally = clauses_.at(clause);
  tally.documented = FlakyIfFinding(tally.documented);
  tally.compatible = FlakyIfFinding(tally.compatible);
  tally.gravest = Verdict::kFlaky;
  AddNote(clause, note);
}

void Tally::AddNote(std::string_view clause, const std::string& note) {
  clauses_.at(clause).detail += note;
}

}  // namespace cmapsim
