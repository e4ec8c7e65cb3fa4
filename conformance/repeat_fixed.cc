#include "conformance/repeat_fixed.h"

#include <algorithm>

namespace cmapsim {
namespace {

// All written cases of a clause are run for each, and a call that never comes back takes ten seconds: a
// target of which so many failed again is believed the rest.
constexpr int kMostAgain = 3;
constexpr int kMostRepeated = 20;

bool IsSuspect(const FixedCase& one, const Weighing& weighing) {
  if (!one.seen || one.unlike_corosync) return false;
  const Judgement judgement = weighing.Of(*one.seen);
  return weighing.live() ? weighing.MustRepeat(*one.seen, judgement) : weighing.Fails(judgement);
}

bool FailsAgain(const FixedCase& one, const std::vector<FixedCase>& again,
                const Weighing& weighing) {
  return std::any_of(again.begin(), again.end(), [&](const FixedCase& other) {
    return other.property == one.property && other.plan == one.plan && other.seen &&
           weighing.Fails(weighing.Of(*other.seen));
  });
}

}  // namespace

tl::expected<std::set<const FixedCase*>, std::string> RepeatFixedCases(
    std::vector<FixedCase>& cases, Target& target, const FixedCasesFn& run,
    const Weighing& weighing) {
  std::set<const FixedCase*> flaky;
  const int most = weighing.live() ? 3 : 1;
  int repeated = 0;
  int failed_again = 0;
  for (FixedCase& one : cases) {
    if (failed_again == kMostAgain || repeated == kMostRepeated) break;
    if (!IsSuspect(one, weighing)) continue;
    ++repeated;
    bool again = false;
    for (int of = 0; !again && of < most; ++of) {
      auto more = run(target, {.clause_glob = one.clause, .live = weighing.live()});
      if (!more) return tl::unexpected(more.error());
      again = FailsAgain(one, more->cases, weighing);
    }
    if (again) {
      ++failed_again;
      continue;
    }
    one.detail += "; not again in " + std::to_string(most) + (most == 1 ? " run" : " runs");
    flaky.insert(&one);
  }
  return flaky;
}

}  // namespace cmapsim
