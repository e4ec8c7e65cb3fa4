#include "conformance/sweep/sweep.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <thread>
#include <utility>

#include "conformance/sweep/judge_run.h"
#include "conformance/sweep/run_record.h"

namespace cmapsim {
namespace {

// More are not kept: they are counted.
constexpr size_t kNotTakenKept = 20;

bool IsSignal(const Fault& fault) { return fault.kind == FaultKind::kHostSignal; }

std::string TextOf(std::span<const Fault> faults) {
  std::string text;
  for (const Fault& fault : faults) text += (text.empty() ? "" : " + ") + FaultText(fault);
  return text;
}

// Whether each of the faults struck; of a signal, whether its handler ran.
bool AllStruck(std::span<const Fault> faults, const RunRecord& run) {
  std::vector<bool> struck(faults.size(), false);
  bool handled = false;
  for (const TraceEvent& event : run.events) {
    if (event.mark == '!' && !event.Field("signal").empty()) handled = true;
    if (event.mark == '*' && event.step >= 0 && static_cast<size_t>(event.step) < struck.size()) {
      struck[static_cast<size_t>(event.step)] = true;
    }
  }
  if (IsSignal(faults.front()) && !handled) return false;
  return std::find(struck.begin(), struck.end(), false) == struck.end();
}

// A plan as it is run, with the judge of its runs. Stays where it is: the judge points into it.
struct Variant {
  Plan plan;
  std::string suffix;  // behind the text of each fault
  std::string baseline_text;
  RunRecord baseline;
  std::optional<RunJudge> judge;
};

// With a handler of the signal, which does nothing.
Plan WithHandler(const Plan& plan, bool restart) {
  Plan with = plan;
  Step step;
  step.op = Op::kSigaction;
  step.signal = kSweepSignal;
  step.restart = restart;
  with.steps.insert(with.steps.begin(), std::move(step));
  NumberSteps(with);
  return with;
}

class Unit {
 public:
  Unit(const Scenario& scenario, Target& target, const SweepOptions& options)
      : scenario_(scenario), target_(target), options_(options) {}

  tl::expected<UnitReport, std::string> Sweep() {
    if (SweepPlain() && SweepSignals(false) && SweepSignals(true) && SweepPairs()) {
      return std::move(report_);
    }
    return tl::unexpected(scenario_.name + ": " + error_);
  }

 private:
  bool SweepPlain() {
    return TakeBaseline(scenario_.plan, "", plain_) &&
           SweepSingles(plain_, FaultsAfter({}, plain_.baseline.counts, options_.choice));
  }

  bool SweepSignals(bool restart) {
    if (!options_.choice.signals) return true;
    Variant variant;
    return TakeBaseline(WithHandler(scenario_.plan, restart), restart ? " SA_RESTART" : "",
                        variant) &&
           SweepSingles(variant, SignalsOf(variant.baseline.counts));
  }

  bool TakeBaseline(Plan plan, std::string suffix, Variant& variant) {
    if (!plan.faults.empty()) {
      error_ = "the plan has faults of its own: a sweep takes one without";
      return false;
    }
    variant.plan = std::move(plan);
    variant.suffix = std::move(suffix);
    variant.plan.transport = target_.info().transport;
    variant.plan.faults = {NoFault()};
    auto trace = target_.Run(variant.plan, TraceLevel::kHost);
    if (!trace) {
      error_ = trace.error();
      return false;
    }
    variant.baseline_text = *trace;
    auto run = ReadRun(variant.baseline_text);
    if (!run) {
      error_ = "the trace cannot be read";
      return false;
    }
    variant.baseline = std::move(*run);
    if (!variant.baseline.has_summary) {
      error_ = "without any fault the run ends as " +
               std::string(EndingName(variant.baseline.ending)) + ": there is nothing to sweep";
      return false;
    }
    variant.judge.emplace(variant.plan, variant.baseline);
    return true;
  }

  bool SweepSingles(Variant& variant, const std::vector<Fault>& faults) {
    CountPointsOf(faults, variant.suffix, report_.singles);
    std::vector<Fault> taken;
    for (const Fault& fault : faults) {
      const auto struck = RunWith(variant, {&fault, 1}, report_.singles);
      if (!struck) return false;
      if (*struck) taken.push_back(fault);
    }
    report_.singles.points_taken += CountPoints(taken);
    return true;
  }

  // Each fault once more, and after it each that can come then.
  bool SweepPairs() {
    if (!options_.pairs) return true;
    FaultChoice choice = options_.choice;
    choice.timing = false;
    SweepCounts again;
    for (const Fault& first : FaultsAfter({}, plain_.baseline.counts, choice)) {
      const auto struck = RunWith(plain_, {&first, 1}, again);
      if (!struck) return false;
      if (*struck && !SweepSeconds(first, choice)) return false;
    }
    return true;
  }

  bool SweepSeconds(const Fault& first, const FaultChoice& choice) {
    if (!run_.has_summary || run_.ending != EndingKind::kFinished) {
      ++report_.pairs.ended_early;
      return true;
    }
    Occurrences after = run_.at_strike;
    PassOver(first, after);
    const std::vector<Fault> seconds = FaultsAfter(after, run_.counts, choice);
    CountPointsOf(seconds, "", report_.pairs);
    std::vector<Fault> taken;
    for (const Fault& second : seconds) {
      const Fault both[] = {first, second};
      const auto struck = RunWith(plain_, both, report_.pairs);
      if (!struck) return false;
      if (*struck) taken.push_back(second);
    }
    report_.pairs.points_taken += CountPoints(taken);
    return true;
  }

  static void CountPointsOf(const std::vector<Fault>& faults, const std::string& suffix,
                            SweepCounts& counts) {
    counts.points += CountPoints(faults);
    counts.faults += static_cast<int64_t>(faults.size());
    std::map<std::string, std::vector<Fault>> classes;
    for (const Fault& fault : faults) classes[PointClass(fault) + suffix].push_back(fault);
    for (const auto& [name, of_class] : classes) {
      counts.classes[name].points += CountPoints(of_class);
      counts.classes[name].faults += static_cast<int64_t>(of_class.size());
    }
  }

  // Runs the plan with these faults and judges it: whether they all struck; nothing for an error.
  std::optional<bool> RunWith(Variant& variant, std::span<const Fault> faults,
                              SweepCounts& counts) {
    const std::string key = TextOf(faults) + variant.suffix;
    if (hangs_[key] >= options_.most_hangs) {
      ++counts.left_out;
      return false;
    }
    variant.plan.faults.assign(faults.begin(), faults.end());
    auto trace = target_.Run(variant.plan, TraceLevel::kHost);
    if (!trace) {
      error_ = trace.error();
      return std::nullopt;
    }
    auto run = ReadRun(*trace);
    if (!run) {
      error_ = "the trace cannot be read with " + key;
      return std::nullopt;
    }
    ++counts.runs;
    run_ = std::move(*run);
    if (run_.ending == EndingKind::kHang) ++hangs_[key];
    const bool struck = AllStruck(faults, run_);
    if (struck) {
      ++counts.taken;
    } else if (report_.not_taken.size() < kNotTakenKept) {
      report_.not_taken.push_back(scenario_.name + ": " + key +
                                  " nth=" + std::to_string(faults.back().nth));
    }
    if (&counts == &report_.singles || faults.size() > 1) NoteFindings(variant, faults, key);
    return struck;
  }

  void NoteFindings(const Variant& variant, std::span<const Fault> faults, const std::string& key) {
    for (RunFinding& finding : variant.judge->Judge(faults, run_)) {
      if (faults.size() == 1) {
        of_one_.insert(finding.kind + ": " + key);
      } else if (std::any_of(faults.begin(), faults.end(), [&](const Fault& one) {
                   return of_one_.count(finding.kind + ": " + FaultText(one)) != 0;
                 })) {
        ++report_.pairs.of_one;
        continue;
      }
      Note(variant, key, std::move(finding));
    }
  }

  void Note(const Variant& variant, const std::string& faults, RunFinding finding) {
    const std::string signature = finding.kind + ": " + finding.function + ": " + faults + ": " +
                                  std::string(TransportName(variant.plan.transport));
    Found& found = report_.found[signature];
    if (++found.count > 1) return;
    found.detail = std::move(finding.detail);
    found.scenario = scenario_.name;
    found.plan = variant.plan;
  }

  const Scenario& scenario_;
  Target& target_;
  const SweepOptions& options_;
  Variant plain_;
  RunRecord run_;  // the last one
  std::string error_;
  std::map<std::string, int64_t> hangs_;
  std::set<std::string> of_one_;  // kinds of findings with the fault that makes them alone
  UnitReport report_;
};

// Hands the units out to threads and puts the reports together in the units' order.
class Crew {
 public:
  Crew(const std::vector<Scenario>& scenarios, const std::vector<Transport>& transports,
       const OpenTarget& open, const SweepOptions& options)
      : scenarios_(scenarios),
        transports_(transports),
        open_(open),
        options_(options),
        reports_(scenarios.size() * transports.size()) {}

  void Work(const std::function<void(int64_t, int64_t)>& progress) {
    std::unique_ptr<Target> target;
    for (size_t unit = next_++; unit < reports_.size() && !failed_; unit = next_++) {
      auto report = Sweep(unit, target);
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!report) failed_ = true;
      reports_[unit] = std::move(report);
      progress(++done_, static_cast<int64_t>(reports_.size()));
    }
  }

  tl::expected<UnitReport, std::string> Together() {
    UnitReport all;
    bool any = false;
    for (auto& report : reports_) {
      if (!report) continue;
      if (*report) {
        all.Add(std::move(**report));
        any = true;
      } else if (all.trouble.empty()) {
        all.trouble = report->error();
      }
    }
    if (!any && !all.trouble.empty()) return tl::unexpected(all.trouble);
    return all;
  }

 private:
  tl::expected<UnitReport, std::string> Sweep(size_t unit, std::unique_ptr<Target>& target) {
    const Transport transport = transports_[unit / scenarios_.size()];
    if (target == nullptr || target->info().transport != transport) {
      auto opened = open_(transport);
      if (!opened) return tl::unexpected(opened.error());
      target = std::move(*opened);
    }
    return SweepUnit(scenarios_[unit % scenarios_.size()], *target, options_);
  }

  const std::vector<Scenario>& scenarios_;
  const std::vector<Transport>& transports_;
  const OpenTarget& open_;
  const SweepOptions& options_;
  std::vector<std::optional<tl::expected<UnitReport, std::string>>> reports_;
  std::atomic<size_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  int64_t done_ = 0;
};

}  // namespace

void SweepCounts::Add(const SweepCounts& other) {
  points += other.points;
  points_taken += other.points_taken;
  faults += other.faults;
  runs += other.runs;
  taken += other.taken;
  left_out += other.left_out;
  ended_early += other.ended_early;
  of_one += other.of_one;
  for (const auto& [name, counts] : other.classes) {
    classes[name].points += counts.points;
    classes[name].faults += counts.faults;
  }
}

void UnitReport::Add(UnitReport other) {
  singles.Add(other.singles);
  pairs.Add(other.pairs);
  for (std::string& text : other.not_taken) {
    if (not_taken.size() < kNotTakenKept) not_taken.push_back(std::move(text));
  }
  for (auto& [signature, one] : other.found) {
    const auto at = found.find(signature);
    if (at == found.end()) {
      found.emplace(signature, std::move(one));
      continue;
    }
    const int64_t count = at->second.count + one.count;
    if (one.plan.steps.size() < at->second.plan.steps.size()) at->second = std::move(one);
    at->second.count = count;
  }
}

tl::expected<UnitReport, std::string> SweepUnit(const Scenario& scenario, Target& target,
                                                const SweepOptions& options) {
  return Unit(scenario, target, options).Sweep();
}

tl::expected<UnitReport, std::string> SweepAll(
    const std::vector<Scenario>& scenarios, const std::vector<Transport>& transports,
    const OpenTarget& open, const SweepOptions& options, int jobs,
    const std::function<void(int64_t done, int64_t total)>& progress) {
  Crew crew(scenarios, transports, open, options);
  std::vector<std::thread> threads;
  for (int i = 1; i < jobs; ++i) threads.emplace_back([&] { crew.Work(progress); });
  crew.Work(progress);
  for (std::thread& thread : threads) thread.join();
  return crew.Together();
}

}  // namespace cmapsim
