#include "conformance/steering.h"

#include <algorithm>

#include "conformance/parts.h"

namespace cmapsim {

Steering::Steering(std::vector<SearchJob>& jobs, const SteeringOptions& options)
    : jobs_(jobs), options_(options), drawn_(jobs.size()), left_(options.most) {}

int64_t Steering::Met(const SearchJob& job, const Want& want) const {
  const auto at = job.tally.clauses().find(want.clause);
  if (at == job.tally.clauses().end()) return 0;
  if (want.part < 0) return at->second.cases;
  const auto part = static_cast<size_t>(want.part);
  return part < at->second.parts.size() ? at->second.parts[part] : 0;
}

std::vector<Steering::Want> Steering::WantsOf(const std::vector<Lacking>& lacking) const {
  std::vector<Want> wants;
  for (const Lacking& l : lacking) {
    if (l.parts.empty()) wants.push_back({.clause = l.clause, .met = l.cases});
    for (const std::string& part : l.parts) {
      const std::vector<std::string>& all = PartsOf(l.clause);
      const auto place = std::find(all.begin(), all.end(), part) - all.begin();
      Want want = {.clause = l.clause, .part = place};
      for (const SearchJob& job : jobs_) want.met += Met(job, want);
      wants.push_back(want);
    }
  }
  std::stable_sort(wants.begin(), wants.end(),
                   [](const Want& a, const Want& b) { return a.met < b.met; });
  return wants;
}

int64_t Steering::Choose(const Want& want) const {
  int64_t chosen = -1;
  double best = 0;
  for (size_t i = 0; i < jobs_.size(); ++i) {
    const SearchJob& job = jobs_[i];
    const std::vector<std::string>& clauses = job.property->clauses;
    const int64_t met = Met(job, want);
    if (met == 0 && std::find(clauses.begin(), clauses.end(), want.clause) == clauses.end()) {
      continue;
    }
    const auto run = static_cast<double>(std::max<int64_t>(job.cases_run + drawn_[i], 1));
    const double rate = static_cast<double>(met) / run;
    const bool rested = chosen >= 0 && drawn_[i] < drawn_[static_cast<size_t>(chosen)];
    if (chosen >= 0 && (rate < best || (rate == best && !rested))) continue;
    chosen = static_cast<int64_t>(i);
    best = rate;
  }
  return chosen;
}

std::vector<SearchJob> Steering::Next(const std::vector<Lacking>& lacking) {
  round_.clear();
  std::vector<SearchJob> round;
  for (const Want& want : WantsOf(lacking)) {
    const int64_t chosen = Choose(want);
    if (chosen < 0 || left_ == 0) continue;
    const auto place = static_cast<size_t>(chosen);
    if (std::find(round_.begin(), round_.end(), place) != round_.end()) continue;
    const SearchJob& job = jobs_[place];
    const int64_t count = std::min(options_.batch, left_);
    round_.push_back(place);
    round.push_back({.property = job.property,
                     .cases = count,
                     .begin = job.cases + drawn_[place],
                     .spread = job.cases,
                     .tally = {}});
    drawn_[place] += count;
    left_ -= count;
  }
  return round;
}

void Steering::Add(std::vector<SearchJob>& round,
                   const std::function<void(const SearchJob&, std::string_view)>& found) {
  for (size_t i = 0; i < round.size(); ++i) {
    SearchJob& job = jobs_[round_[i]];
    cases_run_ += round[i].cases_run;
    for (const std::string_view clause : job.tally.Merge(std::move(round[i].tally))) {
      found(job, clause);
    }
  }
}

}  // namespace cmapsim
