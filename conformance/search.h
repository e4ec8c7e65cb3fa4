// The first phase: runs all cases on several threads and adds up what was seen, in case order.
//
//   Search search(jobs, options, weighing);
//   auto done = search.Run(targets, on_finding);   // one thread for each target object
//
// Threads take short runs of cases; their tallies are merged in the order of the cases, so that the
// result is the same for every timing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/suite.h"
#include "conformance/tally.h"
#include "conformance/target.h"

namespace cmapsim {

// Which of the cases are run: number i of all of the jobs' cases, counted through, where i % total is the index.
// All shards together run what one without shards does, and none runs two cases more than another.
struct Shard {
  int64_t index = 0;
  int64_t total = 1;

  // The first number of this shard from `number` on.
  [[nodiscard]] int64_t From(int64_t number) const {
    return number + ((index - number) % total + total) % total;
  }
  // How many of `count` numbers from `first` on are this shard's.
  [[nodiscard]] int64_t Count(int64_t first, int64_t count) const {
    return (first + count - From(first) + total - 1) / total;
  }
};

// The cases of one property.
struct SearchJob {
  const Property* property = nullptr;
  int64_t first = 0;  // the number of its first case, counted through all jobs
  int64_t cases = 0;
  int64_t begin = 0;   // which case of the property is the first
  int64_t spread = 0;  // over how many cases sizes are spread; 0: these
  // The result. Fewer cases were run where they crashed, hung or cost a new daemon time and again
  // (patience.h).
  int64_t cases_run = 0;
  Tally tally;
};

using JudgeFn =
    std::function<std::vector<Observation>(const Plan&, std::string_view, const JudgeOptions&)>;

struct SearchOptions {
  uint64_t seed = 1;
  Shard shard;
  GenerateOptions generate;
  JudgeFn judge = &Judge;
  // Called now and then, by any thread, one at a time.
  std::function<void(int64_t done, int64_t total)> progress;
};

// A clause that failed for the first time in this job. Called in case order, one at a time.
using FindingFn = std::function<void(const SearchJob& job, std::string_view clause)>;

// Fills the tallies of `jobs`. The error is the harness's own or the machine's: a target that could not
// be run. What was found until then is in the tallies.
[[nodiscard]] tl::expected<void, std::string> RunSearch(
    std::vector<SearchJob>& jobs, const std::vector<std::unique_ptr<Target>>& targets,
    const SearchOptions& options, const Weighing& weighing, const FindingFn& on_finding);

}  // namespace cmapsim
