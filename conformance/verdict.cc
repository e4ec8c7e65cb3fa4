#include "conformance/verdict.h"

#include <algorithm>
#include <cctype>

namespace cmapsim {
namespace {

// "3.1.7-1+deb12u2" is a build of 3.1.7; 3.1.70 is not.
bool IsBuildOf(std::string_view build, std::string_view version) {
  if (!build.starts_with(version)) return false;
  if (build.size() == version.size()) return true;
  const char next = build[version.size()];
  return next != '.' && std::isdigit(static_cast<unsigned char>(next)) == 0;
}

// Whether the expectation was observed of exactly the version under test.
bool Requires(const Expectation& e, std::string_view version) {
  return !version.empty() &&
         std::any_of(e.versions.begin(), e.versions.end(),
                     [version](const std::string& v) { return IsBuildOf(version, v); });
}

Verdict WeighDocumented(const Observation& seen, const Expectation* known,
                        std::string_view version) {
  const bool accepted = known != nullptr && known->Accepts(seen.outcome);
  switch (seen.conformity) {
    case Conformity::kDeparts:
      return accepted ? Verdict::kExpectedFail : Verdict::kFail;
    case Conformity::kConforms:
      return known != nullptr && !accepted && Requires(*known, version) ? Verdict::kUnexpectedPass
                                                                        : Verdict::kPass;
    default:
      return Verdict::kPass;  // nothing is promised, and nothing broken
  }
}

// `own` is what is known of the target, `corosync` what corosync 3.1 was seen to do.
Verdict WeighCompatible(const Observation& seen, const Expectation* own,
                        const Expectation* corosync, std::string_view version) {
  if (corosync != nullptr && corosync->Accepts(seen.outcome)) return Verdict::kPass;
  const bool own_accepts = own != nullptr && own->Accepts(seen.outcome);
  const Verdict failure = own_accepts ? Verdict::kExpectedFail : Verdict::kFail;
  switch (seen.conformity) {
    case Conformity::kDeparts:
      return failure;
    case Conformity::kConforms:
      return corosync != nullptr && Requires(*corosync, version) ? Verdict::kUnexpectedPass
                                                                 : Verdict::kPass;
    default:
      // What corosync does in this situation is not recorded: nobody can say.
      if (corosync == nullptr && own == nullptr) return Verdict::kInconclusive;
      return failure;
  }
}

// From the best to the worst, for adding up.
constexpr Verdict kByGravity[] = {Verdict::kSkipped,        Verdict::kNotReached,   Verdict::kPass,
                                  Verdict::kInconclusive,   Verdict::kExpectedFail, Verdict::kFlaky,
                                  Verdict::kUnexpectedPass, Verdict::kFail};

}  // namespace

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "pass";
    case Verdict::kFail:
      return "fail";
    case Verdict::kExpectedFail:
      return "expected fail";
    case Verdict::kUnexpectedPass:
      return "unexpected pass";
    case Verdict::kInconclusive:
      return "inconclusive";
    case Verdict::kNotReached:
      return "not reached";
    case Verdict::kFlaky:
      return "flaky";
    default:
      return "skipped";
  }
}

Judgement Weigh(const Observation& observation, const Expectations& expectations,
                std::string_view version) {
  if (observation.conformity == Conformity::kUnknown) {
    return {Verdict::kInconclusive, Verdict::kInconclusive};
  }
  const std::string_view build = version.empty() ? std::string_view(expectations.version) : version;
  const Expectation* own = expectations.Find(observation.clause, observation.situation);
  const Expectation* corosync =
      CorosyncExpectations().Find(observation.clause, observation.situation);
  return {WeighDocumented(observation, own, build),
          WeighCompatible(observation, own, corosync, build)};
}

Verdict Worse(Verdict a, Verdict b) {
  const auto* const begin = std::begin(kByGravity);
  const auto* const end = std::end(kByGravity);
  return *std::max(std::find(begin, end, a), std::find(begin, end, b));
}

}  // namespace cmapsim
