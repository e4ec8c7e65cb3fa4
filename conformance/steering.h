// Which cases are drawn beside those of the search, so that evidence does not hang on luck.
//
//   Steering steering(jobs, {.most = 2000});
//   for (;;) {
//     std::vector<SearchJob> round = steering.Next(FindLacking(jobs, ...));
//     if (round.empty()) break;          // nothing is lacking, or the bound is reached
//     RunSearch(round, ...);
//     steering.Add(round);               // their tallies go into those of `jobs`
//   }
//
// What lacks evidence is met by drawing more cases of a property that met it before, the most often; where none did,
// of those that are meant to, in turn. A round's cases are chosen by what all earlier cases showed, so they depend on the seed
// and on the target alone, never on threads or on time. What was met least comes first.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "conformance/evidence.h"
#include "conformance/search.h"

namespace cmapsim {

struct SteeringOptions {
  int64_t most = 0;   // cases that are drawn altogether
  int64_t batch = 4;  // of one property in a round
};

class Steering {
 public:
  // `jobs` outlive this and keep their places.
  Steering(std::vector<SearchJob>& jobs, const SteeringOptions& options);

  [[nodiscard]] std::vector<SearchJob> Next(const std::vector<Lacking>& lacking);
  // Calls `found` for each clause that failed for the first time in its job.
  void Add(std::vector<SearchJob>& round,
           const std::function<void(const SearchJob& job, std::string_view clause)>& found);

  [[nodiscard]] int64_t cases_run() const { return cases_run_; }

 private:
  // What is to be met: a clause, or a part of it by its place.
  struct Want {
    std::string_view clause;
    int64_t part = -1;
    int64_t met = 0;
  };
  [[nodiscard]] int64_t Met(const SearchJob& job, const Want& want) const;
  [[nodiscard]] std::vector<Want> WantsOf(const std::vector<Lacking>& lacking) const;
  // The job to draw from, or -1: none is meant to meet it.
  [[nodiscard]] int64_t Choose(const Want& want) const;

  std::vector<SearchJob>& jobs_;
  SteeringOptions options_;
  std::vector<int64_t> drawn_;  // beside the search, of each job
  std::vector<size_t> round_;   // jobs of the round, by their places
  int64_t left_;
  int64_t cases_run_ = 0;
};

}  // namespace cmapsim
