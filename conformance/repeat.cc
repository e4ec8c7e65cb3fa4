#include "conformance/repeat.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace cmapsim {
namespace {

using Outcome = tl::expected<void, std::string>;

// What shows in one run of three is missed by so many in one check of 16,000.
constexpr int kMostTries = 24;
// To tell how often something is seen again.
constexpr int kTold = 3;
// Runs of one target, beyond which nothing is run only to tell how often.
constexpr int kRunsToTell = 100;
constexpr int kMostRuns = 1'000;
// Runs that took seconds, beyond which a target that failed again in them is believed the rest of its
// failures.
constexpr int kMostCostly = 8;
// Simulated: cases that are run again, one for each clause.
constexpr int kSimulatedCases = 40;

// One case that showed a clause.
struct Sighting {
  SearchJob* job = nullptr;
  Failing failing;
};

std::string Times(int64_t count, std::string_view word) {
  return std::to_string(count) + " " + std::string(word) + (count == 1 ? "" : "s");
}

std::string Again(int again, int of) {
  return "; failed again in " + std::to_string(again) + " of " + Times(of, "repetition");
}

bool Has(const std::vector<Observation>& failing, const Observation& seen) {
  return std::any_of(failing.begin(), failing.end(), [&seen](const Observation& other) {
    return other.clause == seen.clause && other.outcome == seen.outcome;
  });
}

class Repeating {
 public:
  Repeating(std::vector<SearchJob>& jobs, const RerunFn& rerun, const RepeatOptions& options)
      : jobs_(jobs), rerun_(rerun), options_(options) {}

  Outcome Live() {
    std::map<std::string_view, std::vector<Sighting>> of_time;
    std::map<std::string_view, Sighting> hard;
    for (SearchJob& job : jobs_) {
      for (const auto& [clause, tally] : job.tally.clauses()) {
        if (!options_.wanted(clause)) continue;
        if (tally.first_failing) hard.try_emplace(clause, Sighting{&job, *tally.first_failing});
        for (const Failing& failing : tally.to_repeat.first) {
          of_time[clause].push_back({&job, failing});
        }
      }
    }
    for (auto& [clause, sightings] : of_time) {
      if (auto tried = TryAgain(clause, InTurn(std::move(sightings))); !tried) return tried;
    }
    for (const auto& [clause, sighting] : hard) {
      if (auto told = Tell(clause, sighting); !told) return told;
    }
    return {};
  }

  Outcome Simulated() {
    std::set<std::string_view> done;
    for (SearchJob& job : jobs_) {
      for (const auto& [clause, tally] : job.tally.clauses()) {
        if (!tally.first_failing || tally.first_failing->digest.empty()) continue;
        if (!options_.wanted(clause) || !done.insert(clause).second) continue;
        if (static_cast<int>(done.size()) > kSimulatedCases) return {};
        if (auto compared = Compare(job, clause, *tally.first_failing); !compared) return compared;
      }
    }
    return {};
  }

 private:
  // The first one of each job before the second of any: cases of one property are much the same.
  static std::vector<Sighting> InTurn(std::vector<Sighting> sightings) {
    std::map<const SearchJob*, int> seen;
    std::vector<std::pair<int, Sighting>> ranked;
    ranked.reserve(sightings.size());
    for (Sighting& sighting : sightings) {
      const int rank = seen[sighting.job]++;
      ranked.emplace_back(rank, std::move(sighting));
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Sighting> in_turn;
    in_turn.reserve(ranked.size());
    for (auto& [rank, sighting] : ranked) in_turn.push_back(std::move(sighting));
    return in_turn;
  }

  [[nodiscard]] bool EnoughToTell(const Rerun& last) const {
    return last.costly || runs_ > kRunsToTell;
  }

  // Whatever fails in a case that is run again, it was no accident that something failed in it.
  Outcome TryAgain(std::string_view clause, const std::vector<Sighting>& sightings) {
    const Sighting* shown = nullptr;
    int again = 0;
    int of = 0;
    if (costly_again_ >= kMostCostly) return Believe(clause, sightings);
    while (of < kMostTries && runs_ < kMostRuns && (shown == nullptr || of < kTold)) {
      // Where one failed again, that is the one to be counted.
      const Sighting& next =
          shown != nullptr ? *shown : sightings[static_cast<size_t>(of) % sightings.size()];
      const auto rerun = rerun_(*next.job, next.failing.case_index);
      if (!rerun) return tl::unexpected(rerun.error());
      ++runs_;
      ++of;
      if (!rerun->failing.empty()) {
        ++again;
        shown = &next;
        if (rerun->costly) ++costly_again_;
      }
      if (shown != nullptr && EnoughToTell(*rerun)) break;
    }
    Settle(clause, sightings, shown, again, of);
    return {};
  }

  static Outcome Believe(std::string_view clause, const std::vector<Sighting>& sightings) {
    for (const Sighting& sighting : sightings) {
      sighting.job->tally.Confirm(clause, sighting.failing,
                                  "; not run again, since others failed again and took long");
    }
    return {};
  }

  static void Settle(std::string_view clause, const std::vector<Sighting>& sightings,
                     const Sighting* shown, int again, int of) {
    std::set<const SearchJob*> settled;
    if (shown != nullptr) {
      shown->job->tally.Confirm(clause, shown->failing, Again(again, of));
      settled.insert(shown->job);
    }
    for (const Sighting& sighting : sightings) {
      if (!settled.insert(sighting.job).second) continue;
      Tally& tally = sighting.job->tally;
      if (shown != nullptr) {
        tally.Confirm(clause, sighting.failing,
                      Again(again, of) + " by " + shown->job->property->name);
      } else {
        tally.CallFlaky(clause, sighting.failing,
                        "; seen in " + Times(tally.clauses().at(clause).to_repeat.cases, "case") +
                            ", and not again in " + Times(of, "repetition"));
      }
    }
  }

  // How often hard evidence comes again.
  Outcome Tell(std::string_view clause, const Sighting& sighting) {
    int again = 0;
    int of = 0;
    while (of < kTold && runs_ <= kRunsToTell) {
      const auto rerun = rerun_(*sighting.job, sighting.failing.case_index);
      if (!rerun) return tl::unexpected(rerun.error());
      ++runs_;
      ++of;
      if (Has(rerun->failing, sighting.failing.seen)) ++again;
      if (EnoughToTell(*rerun)) break;
    }
    if (of > 0) sighting.job->tally.AddNote(clause, Again(again, of));
    return {};
  }

  Outcome Compare(SearchJob& job, std::string_view clause, const Failing& failing) {
    const auto rerun = rerun_(job, failing.case_index);
    if (!rerun) return tl::unexpected(rerun.error());
    if (rerun->digest == failing.digest) return {};
    const std::string digests = failing.digest + ", then " + rerun->digest;
    if (Has(rerun->failing, failing.seen)) {
      job.tally.AddNote(clause, "; failed again, with another trace: digest " + digests);
    } else {
      job.tally.TakeBack(clause, "; not again with the same plan: digest " + digests);
    }
    return {};
  }

  std::vector<SearchJob>& jobs_;
  const RerunFn& rerun_;
  const RepeatOptions& options_;
  int runs_ = 0;
  int costly_again_ = 0;
};

}  // namespace

Outcome RepeatFindings(std::vector<SearchJob>& jobs, const RerunFn& rerun,
                       const RepeatOptions& options) {
  Repeating repeating(jobs, rerun, options);
  return options.live ? repeating.Live() : repeating.Simulated();
}

void CallUnrepeatedFlaky(std::vector<SearchJob>& jobs) {
  for (SearchJob& job : jobs) {
    for (const auto& [clause, tally] : job.tally.clauses()) {
      if (tally.to_repeat.first.empty() || tally.to_repeat.settled) continue;
      job.tally.CallFlaky(clause, tally.to_repeat.first.front(), "; could not be run again");
    }
  }
}

}  // namespace cmapsim
