#include "conformance/search.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "conformance/cases.h"
#include "conformance/patience.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

// Live cases take so long that each is worth a hand-over.
constexpr int64_t kCasesPerRun = 64;
constexpr int64_t kLiveCasesPerRun = 1;
// Finished runs that wait for an earlier one: beyond this, threads wait as well.
constexpr size_t kRunsWaiting = 256;

// Some cases in a row of one job.
struct CaseRun {
  size_t job = 0;
  int64_t first = 0;
  int64_t count = 0;
};

// Gives out runs of cases, one after the other.
class RunSource {
 public:
  RunSource(const std::vector<SearchJob>& jobs, int64_t length) : jobs_(jobs), length_(length) {}

  std::optional<CaseRun> Next() {
    while (job_ < jobs_.size() && next_ >= jobs_[job_].cases) {
      ++job_;
      next_ = 0;
    }
    if (job_ == jobs_.size()) return std::nullopt;
    const CaseRun run = {job_, next_, std::min(length_, jobs_[job_].cases - next_)};
    next_ += run.count;
    return run;
  }

 private:
  const std::vector<SearchJob>& jobs_;
  int64_t length_;
  size_t job_ = 0;
  int64_t next_ = 0;
};

class Searcher {
 public:
  Searcher(std::vector<SearchJob>& jobs, const SearchOptions& options, const Weighing& weighing,
           const FindingFn& on_finding)
      : jobs_(jobs),
        options_(options),
        weighing_(weighing),
        on_finding_(on_finding),
        source_(jobs, options.generate.live ? kLiveCasesPerRun : kCasesPerRun) {
    for (const SearchJob& job : jobs) total_ += job.cases;
  }

  // The work of one thread.
  void Work(Target& target) {
    try {
      size_t number = 0;
      while (std::optional<CaseRun> run = Take(number)) {
        const int64_t planned = run->count;
        auto done = RunCases(target, *run);
        if (!done) return Fail(std::move(done.error()));
        HandIn(number, planned, std::move(*done));
      }
    } catch (const std::exception& e) {
      Fail(e.what());
    }
  }

  [[nodiscard]] const std::optional<std::string>& error() const { return error_; }

 private:
  struct Finished {
    CaseRun run;
    Tally tally;
    Patience patience;
  };

  std::optional<CaseRun> Take(size_t& number) {
    std::unique_lock lock(mutex_);
    merged_.wait(lock, [this] { return error_ || waiting_.size() < kRunsWaiting; });
    if (error_) return std::nullopt;
    const std::optional<CaseRun> run = source_.Next();
    if (run) number = taken_++;
    return run;
  }

  // The run's count is then that of the cases that were run, which are those of the shard.
  tl::expected<Finished, std::string> RunCases(Target& target, const CaseRun& run) {
    const SearchJob& job = jobs_[run.job];
    const rc::Gen<Plan> generate = GeneratorOf(*job.property, options_.generate);
    const JudgeOptions judging = {.live = options_.generate.live};
    // Simulated, the host level ends with what is left.
    const TraceLevel level = options_.generate.live ? TraceLevel::kApi : TraceLevel::kHost;
    Finished done = {run, {}, Patience(options_.generate.live)};
    const int64_t end = run.first + run.count;
    done.run.count = 0;
    if (IsLeftOut(run)) return done;
    for (int64_t i = options_.shard.From(job.first + run.first) - job.first; i < end;
         i += options_.shard.total) {
      const int64_t number = job.begin + i;
      const int64_t spread = job.spread == 0 ? job.cases : job.spread;
      const Plan plan =
          PlanOfCase(MakeCase(*job.property, generate, options_.seed, number, spread), number);
      const auto trace = target.Run(plan, level);
      if (!trace) {
        return tl::unexpected(job.property->name + ", case " + std::to_string(number) + ": " +
                              trace.error());
      }
      const std::vector<const Step*> steps = StepsById(plan);
      for (const Observation& seen : options_.judge(plan, *trace, judging)) {
        const auto step = static_cast<size_t>(seen.step);
        done.tally.Add(number, seen, weighing_, step < steps.size() ? steps[step] : nullptr);
      }
      done.tally.NoteTrace(i, *trace, options_.generate.live);
      ++done.run.count;
      done.patience.After(*trace);
      if (done.patience.exhausted()) break;
    }
    return done;
  }

  [[nodiscard]] bool IsLeftOut(const CaseRun& run) {
    const std::lock_guard lock(mutex_);
    return budget_.IsSpent(run.job);
  }

  void HandIn(size_t number, int64_t planned, Finished done) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(number, std::move(done));
    done_ += planned;
    while (!waiting_.empty() && waiting_.begin()->first == next_) {
      Finished finished = std::move(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      ++next_;
      // Perhaps run before it was known: for every timing the same cases count.
      if (budget_.IsSpent(finished.run.job)) continue;
      budget_.Spend(finished.run.job, finished.patience);
      SearchJob& job = jobs_[finished.run.job];
      job.cases_run += finished.run.count;
      for (const std::string_view clause : job.tally.Merge(std::move(finished.tally))) {
        budget_.NoteFinding();
        on_finding_(job, clause);
      }
    }
    if (options_.progress) options_.progress(done_, total_);
    merged_.notify_all();
  }

  void Fail(std::string message) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(message);
    merged_.notify_all();
  }

  std::vector<SearchJob>& jobs_;
  const SearchOptions& options_;
  const Weighing& weighing_;
  const FindingFn& on_finding_;

  std::mutex mutex_;  // guards all below
  std::condition_variable merged_;
  RunSource source_;
  size_t taken_ = 0;  // runs given out
  size_t next_ = 0;   // the run to be merged next
  std::map<size_t, Finished> waiting_;
  Budget budget_;  // of the runs that were merged
  int64_t done_ = 0;
  int64_t total_ = 0;
  std::optional<std::string> error_;
};

}  // namespace

tl::expected<void, std::string> RunSearch(std::vector<SearchJob>& jobs,
                                          const std::vector<std::unique_ptr<Target>>& targets,
                                          const SearchOptions& options, const Weighing& weighing,
                                          const FindingFn& on_finding) {
  Searcher searcher(jobs, options, weighing, on_finding);
  std::vector<std::thread> threads;
  for (size_t i = 1; i < targets.size(); ++i) {
    threads.emplace_back([&searcher, &target = *targets[i]] { searcher.Work(target); });
  }
  searcher.Work(*targets[0]);
  for (std::thread& thread : threads) thread.join();
  if (searcher.error()) return tl::unexpected(*searcher.error());
  return {};
}

}  // namespace cmapsim
