#include "conformance/runner.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "conformance/cases.h"
#include "conformance/clause.h"
#include "conformance/derived_results.h"
#include "conformance/findings.h"
#include "conformance/patience.h"
#include "conformance/repeat.h"
#include "conformance/repeat_fixed.h"
#include "conformance/report/c_program.h"
#include "conformance/shrink.h"
#include "conformance/shrinking/structural.h"
#include "conformance/steering.h"
#include "sim/core/plan_yaml.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

bool FailsInTheSameWay(const Observation& a, const Observation& b) {
  return a.clause == b.clause && a.situation == b.situation && a.outcome == b.outcome &&
         a.conformity == b.conformity;
}

// Findings of a target that are shown in full; the others are files.
constexpr int kFindingsShown = 3;
constexpr int kPropertiesAnnounced = 3;  // of one clause
// A trace that is longer is shown up to here.
constexpr size_t kLinesShown = 60;

// The trace without lines of the host.
std::string ApiLines(std::string_view trace) {
  std::string lines;
  size_t count = 0;
  while (!trace.empty()) {
    const std::string_view line = trace.substr(0, trace.find('\n') + 1);
    if (line.empty()) break;
    trace.remove_prefix(line.size());
    if (line.find(" | ") != std::string_view::npos) continue;
    if (++count > kLinesShown) return lines + "  ...\n";
    lines += "  " + std::string(line);
  }
  return lines;
}

// One check of one target.
class CheckRun {
 public:
  CheckRun(const RunnerOptions& options, const Asked& asked, const TargetUnderTest& under_test,
           std::vector<std::unique_ptr<Target>> targets)
      : options_(options),
        asked_(asked),
        under_test_(under_test),
        targets_(std::move(targets)),
        info_(targets_[0]->info()),
        weighing_(*under_test.expectations, info_.version, under_test.generate.live),
        folder_(options.findings_folder, info_, options.seed) {}

  TargetReport Run(const std::vector<const Property*>& properties) {
    TargetReport report;
    report.target = info_;
    report.seed = options_.seed;
    report.claims_compatibility = under_test_.expectations->compatible;
    const Clock::time_point begin = Clock::now();
    Attempt([&] { return Search(properties); });
    Attempt([&] { return Steer(); });
    Attempt([&] { return Repeat(); });
    if (!trouble_.empty()) CallUnrepeatedFlaky(jobs_);
    AnnounceRepeated();
    if (unannounced_ > 0) {
      options_.say("and " + std::to_string(unannounced_) +
                   " more findings of these clauses, by other properties; the report has all");
    }
    const Clock::time_point searched = Clock::now();
    if (trouble_.empty()) {
      ShrinkFindings(std::min(searched + options_.shrink_limit, options_.shrink_deadline));
    }
    report.search_time = std::chrono::duration_cast<milliseconds>(searched - begin);
    report.shrink_time = std::chrono::duration_cast<milliseconds>(Clock::now() - searched);
    for (const SearchJob& job : jobs_) {
      report.cases += job.cases_run;
      if (trouble_.empty()) report.cases_left_out += CasesOfShard(job) - job.cases_run;
    }
    report.cases_steered = cases_steered_;
    FixedCases fixed;
    Attempt([&]() -> tl::expected<void, std::string> {
      auto run = RunFixedCases();
      if (!run) return tl::unexpected(run.error());
      fixed = std::move(*run);
      auto flaky = RepeatFixedCases(fixed.cases, *targets_[0], options_.fixed_cases, weighing_);
      if (!flaky) return tl::unexpected(flaky.error());
      flaky_fixed_ = std::move(*flaky);
      return {};
    });
    if (IsFirstShard() && trouble_.empty()) report.lacking = LackingBeside(fixed.cases);
    AddResults(properties, fixed.cases, report.results);
    report.tables = std::move(fixed.tables);
    report.trouble = trouble_.empty() ? unwritten_ : trouble_;
    return report;
  }

 private:
  [[nodiscard]] bool CanRun(const Property& property) const {
    return property.live || !under_test_.generate.live;
  }

  // Nothing more is run where something was in the way.
  template <typename Phase>
  void Attempt(Phase phase) {
    if (!trouble_.empty()) return;
    if (auto done = phase(); !done) trouble_ = std::move(done.error());
  }

  // A file that cannot be written is said, and leaves the check without an answer.
  void Note(const tl::expected<std::string, std::string>& written) const {
    if (written) return;
    options_.say(written.error());
    if (unwritten_.empty()) unwritten_ = written.error();
  }

  tl::expected<void, std::string> Search(const std::vector<const Property*>& properties) {
    for (const Property* property : properties) {
      if (CanRun(*property)) jobs_.push_back({.property = property, .tally = {}});
    }
    if (jobs_.empty()) return {};
    const std::vector<int64_t> counts = SpreadCases(options_.cases, jobs_.size());
    int64_t first = 0;
    for (size_t i = 0; i < jobs_.size(); ++i) {
      jobs_[i].first = first;
      jobs_[i].cases = counts[i];
      first += counts[i];
    }
    const SearchOptions search = {options_.seed, options_.shard, under_test_.generate,
                                  options_.judge, options_.progress};
    return RunSearch(jobs_, targets_, search, weighing_,
                     [this](const SearchJob& job, std::string_view clause) {
                       if (asked_.Needs(clause)) Announce(job, clause);
                     });
  }

  // Rounds of more cases, until each clause has its evidence or the bound is reached.
  tl::expected<void, std::string> Steer() {
    if (options_.steered_cases == 0 || !IsFirstShard()) return {};
    // Live a case mostly waits, and each thread has a daemon: a batch is small, so that all have something to do.
    Steering steering(jobs_,
                      {.most = options_.steered_cases, .batch = under_test_.generate.live ? 2 : 8});
    const SearchOptions search = {options_.seed, {}, under_test_.generate, options_.judge, {}};
    for (;;) {
      std::vector<SearchJob> round = steering.Next(LackingBeside({}));
      if (round.empty()) break;
      auto ran = RunSearch(round, targets_, search, weighing_, [](const auto&, auto) {});
      if (!ran) return ran;
      steering.Add(round, [this](const SearchJob& job, std::string_view clause) {
        if (asked_.Needs(clause)) Announce(job, clause);
      });
    }
    cases_steered_ = steering.cases_run();
    return {};
  }

  [[nodiscard]] std::vector<Lacking> LackingBeside(const std::vector<FixedCase>& fixed) const {
    EvidenceOptions evidence = {.asked = asked_, .not_offered = targets_[0]->info().not_offered};
    evidence.live = under_test_.generate.live;
    for (const FixedCase& one : fixed) {
      if (one.seen) evidence.shown.insert(one.clause);
    }
    return FindLacking(jobs_, evidence);
  }

  // How many of the job's cases are this shard's.
  [[nodiscard]] int64_t CasesOfShard(const SearchJob& job) const {
    return options_.shard.Count(job.first, job.cases);
  }

  [[nodiscard]] bool IsFirstShard() const { return options_.shard.index == 0; }

  [[nodiscard]] bool live() const { return under_test_.generate.live; }

  [[nodiscard]] bool AnythingToRepeat() const {
    return std::any_of(jobs_.begin(), jobs_.end(), [](const SearchJob& job) {
      const auto& clauses = job.tally.clauses();
      return std::any_of(clauses.begin(), clauses.end(), [](const auto& one) {
        return one.second.first_failing || one.second.to_repeat.cases > 0;
      });
    });
  }

  tl::expected<void, std::string> Repeat() {
    if (!AnythingToRepeat()) return {};
    if (live()) {
      if (auto alone = BeAlone(); !alone) return alone;
    }
    return RepeatFindings(
        jobs_, [this](const SearchJob& job, int64_t index) { return RunAgain(job, index); },
        {.live = live(), .wanted = [this](std::string_view c) { return asked_.Needs(c); }});
  }

  // From now on one target is all of ours that runs.
  tl::expected<void, std::string> BeAlone() {
    targets_.clear();
    auto opened = under_test_.open_patient ? under_test_.open_patient() : under_test_.open();
    if (!opened) return tl::unexpected(opened.error());
    targets_.push_back(std::move(*opened));
    return {};
  }

  [[nodiscard]] tl::expected<Rerun, std::string> RunAgain(const SearchJob& job, int64_t index) {
    const Plan plan = PlanOfCase(DrawCase(job, index), index);
    const auto trace = targets_[0]->Run(plan, live() ? TraceLevel::kApi : TraceLevel::kHost);
    if (!trace) return tl::unexpected(trace.error());
    Rerun rerun;
    for (Observation& seen : options_.judge(plan, *trace, {.live = live()})) {
      if (weighing_.Fails(weighing_.Of(seen))) rerun.failing.push_back(std::move(seen));
    }
    if (!live()) rerun.digest = TraceDigest(*trace);
    Patience patience(live());
    patience.After(*trace);
    rerun.costly = patience.costly() > 0 || patience.cost() > 0 || patience.exhausted();
    return rerun;
  }

  // Whether the finding to be told is one that had to be seen again, and was.
  static bool WasRepeated(const ClauseTally& tally) {
    return std::any_of(tally.to_repeat.first.begin(), tally.to_repeat.first.end(),
                       [&tally](const Failing& failing) {
                         return failing.case_index == tally.first_failing->case_index;
                       });
  }

  // What was said of nobody before it had been run again.
  void AnnounceRepeated() {
    for (const SearchJob& job : jobs_) {
      for (const auto& [clause, tally] : job.tally.clauses()) {
        if (!tally.to_repeat.settled || !asked_.Needs(clause)) continue;
        if (!tally.first_failing) {
          AnnounceFlaky(job, clause, tally.to_repeat.first.front());
        } else if (WasRepeated(tally)) {
          Announce(job, clause);
        }
      }
    }
  }

  void AnnounceFlaky(const SearchJob& job, std::string_view clause, const Failing& failing) {
    const Plan plan = PlanOfCase(DrawCase(job, failing.case_index), failing.case_index);
    const auto path = folder_.WriteDrawn({job.property->name, failing}, plan);
    Note(path);
    if (!path) return;
    paths_[{job.property, clause}] = *path;
    Note(folder_.WriteTrace(*path, failing.trace));
    options_.say("flaky: " + info_.name + ": " + std::string(clause) + " by " + job.property->name +
                 ", " + std::string(kNotTheTargets) + ": " + *path);
  }

  tl::expected<FixedCases, std::string> RunFixedCases() {
    if (!options_.fixed_cases || !IsFirstShard()) return {};
    return options_.fixed_cases(
        *targets_[0], {.clause_glob = options_.clause_glob, .live = under_test_.generate.live});
  }

  [[nodiscard]] rc::Shrinkable<Plan> DrawCase(const SearchJob& job, int64_t index) const {
    return MakeCase(*job.property, GeneratorOf(*job.property, under_test_.generate), options_.seed,
                    index, job.cases);
  }

  // At once, before anything else can go wrong. What breaks one clause breaks it in many properties: the first few
  // are told, the others counted.
  void Announce(const SearchJob& job, std::string_view clause) {
    const Failing& failing = *job.tally.clauses().at(clause).first_failing;
    const Plan plan = PlanOfCase(DrawCase(job, failing.case_index), failing.case_index);
    const auto path = folder_.WriteDrawn({job.property->name, failing}, plan);
    if (!path && unwritten_.empty()) unwritten_ = path.error();
    if (path && ++announced_[clause] > kPropertiesAnnounced) {
      ++unannounced_;
      return;
    }
    options_.say("finding: " + info_.name + ": " + std::string(clause) + " by " +
                 job.property->name + ", seed " + std::to_string(options_.seed) + ": " +
                 (path ? *path : path.error()));
  }

  void Announce(const FixedCase& fixed, Result& result) const {
    if (fixed.finding) {
      const auto path = folder_.WriteDrawn({fixed.property, {0, *fixed.seen}}, *fixed.finding);
      Note(path);
      result.plan = path.value_or("");
    }
    options_.say("finding: " + info_.name + ": " + fixed.clause + " by " + fixed.property + ": " +
                 result.plan);
  }

  // What is to be shrunk; pointers into the jobs.
  struct ToShrink {
    const SearchJob* job;
    const Failing* failing;
  };

  [[nodiscard]] std::vector<ToShrink> Findings() const {
    std::vector<ToShrink> findings;
    for (const SearchJob& job : jobs_) {
      for (const auto& [clause, tally] : job.tally.clauses()) {
        if (!tally.first_failing || !asked_.Needs(clause)) continue;
        findings.push_back({&job, &*tally.first_failing});
      }
    }
    return findings;
  }

  // One defect may show in a hundred properties. The first finding of each kind gets most of the
  // time, in even shares; the others share what is left.
  void ShrinkFindings(Clock::time_point deadline) {
    std::vector<ToShrink> first_of_kind;
    std::vector<ToShrink> others;
    for (const ToShrink& finding : Findings()) {
      const bool known =
          std::any_of(first_of_kind.begin(), first_of_kind.end(), [&](const ToShrink& earlier) {
            return FailsInTheSameWay(earlier.failing->seen, finding.failing->seen);
          });
      (known ? others : first_of_kind).push_back(finding);
    }
    const Clock::duration left = deadline - Clock::now();
    ShrinkEvenly(first_of_kind, others.empty() ? deadline : deadline - left / 4);
    ShrinkEvenly(others, deadline);
  }

  void ShrinkEvenly(const std::vector<ToShrink>& findings, Clock::time_point deadline) {
    auto left = static_cast<int64_t>(findings.size());
    for (const ToShrink& finding : findings) {
      const auto share = std::max(deadline - Clock::now(), Clock::duration{0}) / left--;
      Shrink(*finding.job, *finding.failing, Clock::now() + share);
    }
  }

  [[nodiscard]] bool FailsAgain(const Plan& plan, const Observation& seen) {
    const auto trace = targets_[0]->Run(plan, live() ? TraceLevel::kApi : TraceLevel::kHost);
    if (!trace) return false;
    const auto again = options_.judge(plan, *trace, {.live = under_test_.generate.live});
    return std::any_of(again.begin(), again.end(), [&](const Observation& other) {
      return FailsInTheSameWay(seen, other) && weighing_.Fails(weighing_.Of(other));
    });
  }

  void Shrink(const SearchJob& job, const Failing& failing, Clock::time_point deadline) {
    const int64_t index = failing.case_index;
    const auto fails = [&](const Plan& plan) { return FailsAgain(plan, failing.seen); };
    ShrunkPlan small = ShrinkPlan(
        DrawCase(job, index), [index](const auto& s) { return PlanOfCase(s, index); }, fails,
        deadline);
    // What the generator always draws may not be needed.
    if (small.complete) {
      ShrunkPlan smaller = ShrinkStructure(small.plan, fails, deadline);
      smaller.tried += small.tried;
      smaller.accepted += small.accepted;
      small = std::move(smaller);
    }
    // Where the time was up, the plan failed a moment ago or never had its turn.
    const bool reproduced = !small.complete || fails(small.plan);
    const auto path = folder_.WriteShrunk({job.property->name, failing}, small, reproduced);
    Note(path);
    paths_[{job.property, failing.seen.clause}] = path.value_or("");
    if (path) Keep(small.plan, *path, failing.seen);
  }

  // The trace of a finding that is small now, beside its plan in `path`; the first few for people.
  void Keep(const Plan& plan, const std::string& path, const Observation& seen) {
    const auto trace = targets_[0]->Run(plan, TraceLevel::kHost);
    if (!trace) return options_.say(trace.error());
    Note(folder_.WriteTrace(path, *trace));
    // Where neither faults nor tasks are needed, one that shows it on libcmap alone.
    const auto program = FormatCProgram(plan, std::string(seen.clause) + ": " + seen.outcome);
    if (program) Note(folder_.WriteCProgram(path, *program));
    if (shown_++ >= kFindingsShown) return;
    options_.show("finding, made smaller: " + path + "\n" + FormatPlan(plan) + "trace:\n" +
                  ApiLines(*trace) + "replay: " + folder_.ReplayCommand(path));
  }

  [[nodiscard]] Result ResultOf(const SearchJob& job, std::string_view clause,
                                const ClauseTally& tally) const {
    Result result;
    result.clause = clause;
    result.property = job.property->name;
    result.verdict = tally.documented;
    result.compatible = tally.compatible;
    result.cases = tally.observations;
    result.parts = tally.parts;
    result.detail = tally.detail;
    result.reason = tally.reason;
    const auto path = paths_.find({job.property, clause});
    result.plan = path != paths_.end() ? path->second : tally.evidence;
    return result;
  }

  [[nodiscard]] Result ResultOf(const FixedCase& fixed) const {
    Result result;
    result.clause = fixed.clause;
    result.property = fixed.property;
    result.detail = fixed.detail;
    result.plan = fixed.plan;
    if (fixed.skipped) result.verdict = result.compatible = Verdict::kSkipped;
    if (!fixed.seen) return result;
    Judgement judgement = weighing_.Of(*fixed.seen);
    if (fixed.unlike_corosync) judgement = {Verdict::kPass, Verdict::kFail};
    if (flaky_fixed_.contains(&fixed)) judgement = {Verdict::kFlaky, Verdict::kFlaky};
    result.verdict = judgement.documented;
    result.compatible = judgement.compatible;
    result.cases = fixed.cases;
    if (const Expectation* known = weighing_.ExpectationFor(*fixed.seen)) {
      result.reason = known->reason;
    }
    if (weighing_.Fails(judgement)) Announce(fixed, result);
    return result;
  }

  [[nodiscard]] std::string WhyNotSeen(const SearchJob& job) const {
    if (!trouble_.empty()) return "the check was not completed";
    if (job.cases_run == 0 && CasesOfShard(job) > 0) return std::string(kLeftOut);
    return "the situation did not arise in " + std::to_string(job.cases_run) +
           (job.cases_run == 1 ? " case" : " cases");
  }

  void AddResults(const std::vector<const Property*>& properties,
                  const std::vector<FixedCase>& fixed_cases, std::vector<Result>& out) const {
    for (const SearchJob& job : jobs_) {
      for (const auto& [clause, tally] : job.tally.clauses()) {
        out.push_back(ResultOf(job, clause, tally));
      }
      for (const std::string& clause : job.property->clauses) {
        if (!IsFirstShard()) break;
        if (job.tally.clauses().contains(clause)) continue;
        out.push_back(
            {.clause = clause, .property = job.property->name, .detail = WhyNotSeen(job)});
      }
    }
    for (const FixedCase& fixed : fixed_cases) out.push_back(ResultOf(fixed));
    if (IsFirstShard()) {
      for (const Property* property : properties) {
        if (!CanRun(*property)) AddSkipped(*property, out);
      }
    }
    SayNotOffered(out);
    AddDerivedResults(info_, {.asked = asked_, .where_nothing_is_known = IsFirstShard()}, out);
    // What others are judged as need not have been asked for.
    std::erase_if(out, [this](const Result& result) { return !asked_.Fits(result.clause); });
    Sort(out);
  }

  static void AddSkipped(const Property& property, std::vector<Result>& out) {
    for (const std::string& clause : property.clauses) {
      out.push_back({.clause = clause,
                     .property = property.name,
                     .verdict = Verdict::kSkipped,
                     .compatible = Verdict::kSkipped,
                     .detail = "need faults of the service, or days of waiting, which only the "
                               "simulated service has"});
    }
  }

  // Of a function that the library does not have nothing can be seen, whatever the reason would be
  // otherwise.
  void SayNotOffered(std::vector<Result>& results) const {
    const std::vector<std::string>& missing = info_.not_offered;
    for (Result& result : results) {
      const std::string function(LackingFunction(missing, result.clause));
      if (function.empty() || result.cases > 0) continue;
      result.verdict = result.compatible = Verdict::kNotReached;
      result.detail = "not offered: " + function;
    }
  }

  static void Sort(std::vector<Result>& results) {
    std::map<std::string_view, size_t> order;
    for (const Clause& clause : ClauseRegister::Get().clauses()) {
      order.emplace(clause.id, order.size());
    }
    const auto place = [&order](const Result& r) {
      const auto at = order.find(r.clause);
      return at == order.end() ? order.size() : at->second;
    };
    std::stable_sort(results.begin(), results.end(),
                     [&](const Result& a, const Result& b) { return place(a) < place(b); });
  }

  const RunnerOptions& options_;
  const Asked& asked_;
  const TargetUnderTest& under_test_;
  std::vector<std::unique_ptr<Target>> targets_;  // one for each thread; later one
  const TargetInfo info_;
  Weighing weighing_;
  FindingFolder folder_;
  std::vector<SearchJob> jobs_;
  std::map<std::pair<const Property*, std::string_view>, std::string> paths_;
  int shown_ = 0;
  std::map<std::string_view, int> announced_;  // by clause, of the register or of the judge
  int unannounced_ = 0;
  std::set<const FixedCase*> flaky_fixed_;
  std::string trouble_;            // that ended the check
  mutable std::string unwritten_;  // the first file that could not be written
  int64_t cases_steered_ = 0;
};

bool IsBadVerdict(Verdict verdict) {
  return verdict == Verdict::kFail || verdict == Verdict::kUnexpectedPass;
}

}  // namespace

bool IsBad(const TargetReport& report, const Result& result) {
  return IsBadVerdict(result.verdict) ||
         (report.claims_compatibility && IsBadVerdict(result.compatible));
}

bool IsBad(const TargetReport& report) {
  return std::any_of(report.results.begin(), report.results.end(),
                     [&](const Result& result) { return IsBad(report, result); });
}

bool IsFlaky(const TargetReport& report, const Result& result) {
  return result.verdict == Verdict::kFlaky ||
         (report.claims_compatibility && result.compatible == Verdict::kFlaky);
}

bool IsFlaky(const TargetReport& report) {
  return std::any_of(report.results.begin(), report.results.end(),
                     [&](const Result& result) { return IsFlaky(report, result); });
}

Runner::Runner(const std::vector<Property>& properties, RunnerOptions options)
    : properties_(properties), options_(std::move(options)), asked_(options_.clause_glob) {
  for (const Property& property : properties_) {
    if (asked_.Selects(property.clauses)) selected_.push_back(&property);
  }
}

tl::expected<TargetReport, std::string> Runner::Check(const TargetUnderTest& target) const {
  std::vector<std::unique_ptr<Target>> targets;
  for (int i = 0; i < options_.threads; ++i) {
    auto opened = target.open();
    if (!opened) return tl::unexpected(opened.error());
    targets.push_back(std::move(*opened));
  }
  return CheckRun(options_, asked_, target, std::move(targets)).Run(selected_);
}

}  // namespace cmapsim
