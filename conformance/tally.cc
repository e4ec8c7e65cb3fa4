#include "conformance/tally.h"

#include <utility>

namespace cmapsim {
namespace {

bool IsFinding(Verdict verdict) {
  return verdict == Verdict::kFail || verdict == Verdict::kUnexpectedPass;
}

bool IsGraver(Verdict a, Verdict b) { return a != b && Worse(a, b) == a; }

std::string Describe(const Observation& seen) {
  std::string text = seen.situation;
  if (!text.empty()) text += ": ";
  return text + (seen.detail.empty() ? seen.outcome : seen.detail);
}

}  // namespace

bool Weighing::Fails(const Judgement& judgement) const {
  return IsFinding(judgement.documented) ||
         (expectations_.compatible && IsFinding(judgement.compatible));
}

const Expectation* Weighing::ExpectationFor(const Observation& seen) const {
  const Expectation* known = expectations_.Find(seen.clause, seen.situation);
  return known != nullptr && known->Accepts(seen.outcome) ? known : nullptr;
}

void Tally::Add(int64_t case_index, const Observation& seen, const Weighing& weighing) {
  ClauseTally& tally = clauses_[seen.clause];
  ++tally.observations;
  const Judgement judgement = weighing.Of(seen);
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
    into.documented = Worse(into.documented, from.documented);
    into.compatible = Worse(into.compatible, from.compatible);
    if (IsGraver(from.gravest, into.gravest)) {
      into.gravest = from.gravest;
      into.detail = std::move(from.detail);
      into.reason = std::move(from.reason);
    }
    if (into.evidence.empty()) into.evidence = std::move(from.evidence);
    if (!into.first_failing && from.first_failing) {
      into.first_failing = std::move(from.first_failing);
      first_failures.push_back(clause);
    }
  }
  return first_failures;
}

}  // namespace cmapsim
