// //tools:bench: the project's speed, measured in one run.
//
//   bazel run //tools:bench
//
// Absolute figures depend on the machine and its mood; the ratios at the end come from one run and are what is quoted.
// Nothing is tested here: timings never decide a test.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "conformance/judge.h"
#include "conformance/suites/steps.h"
#include "conformance/targets/case_cost.h"
#include "conformance/targets/live_target.h"
#include "conformance/targets/simulated_target.h"
#include "sim/core/plan_yaml.h"
#include "sim/core/trace.h"
#include "sim/core/value.h"
#include "tools/call_cost.h"
#include "tools/live_rate.h"

namespace cmapsim {
namespace {

// As the runfiles have them; see the target's `data`.
constexpr char kSimWorker[] = "sim/host/worker";
constexpr char kLiveWorker[] = "conformance/targets/live_worker";
constexpr char kLibrary[] = "../system/lib/x86_64-linux-gnu/libcmap.so.4";
constexpr char kCorosync[] = "/usr/sbin/corosync";

std::unique_ptr<SimulatedTarget> OpenSimulated(Transport transport) {
  auto target = SimulatedTarget::Open({.worker = kSimWorker,
                                       .library = kLibrary,
                                       .library_sha256 = {},
                                       .version = {},
                                       .transport = transport});
  if (!target) {
    std::fprintf(stderr, "bench: %s\n", target.error().c_str());
    return nullptr;
  }
  return std::move(*target);
}

std::unique_ptr<LiveTarget> OpenLive(Transport transport) {
  auto target = LiveTarget::Open({.worker = kLiveWorker,
                                  .library = kLibrary,
                                  .library_sha256 = {},
                                  .version = {},
                                  .corosync = kCorosync,
                                  .corosync_library_dir = {},
                                  .transport = transport});
  if (!target) {
    std::fprintf(stderr, "bench: live: %s\n", target.error().c_str());
    return nullptr;
  }
  return std::move(*target);
}

Plan ReadPlan(const std::string& name) {
  const std::string path = "fixtures/plans/scenarios/" + name;
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  auto plan = ParsePlan(text.str(), path);
  if (!plan) {
    std::fprintf(stderr, "bench: %s\n", plan.error().c_str());
    std::exit(2);
  }
  return std::move(*plan);
}

// Whole scenarios a second, simulated on both cores: one worker on each, as `check` has them.
void SimulatedScenario(benchmark::State& state, Transport transport) {
  constexpr uint32_t kBatch = 2000;
  const Plan plan = ReadPlan("whole.yaml");
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::unique_ptr<SimulatedTarget>> targets;
  for (unsigned i = 0; i < cores; ++i) targets.push_back(OpenSimulated(transport));
  for (const auto& target : targets) {
    if (target == nullptr) return state.SkipWithError("no simulated target");
  }
  for (auto _ : state) {
    std::vector<std::thread> threads;
    for (const auto& target : targets) {
      threads.emplace_back(
          [&] { benchmark::DoNotOptimize(target->RunRepeated(plan, TraceLevel::kHost, kBatch)); });
    }
    for (std::thread& thread : threads) thread.join();
  }
  state.SetItemsProcessed(state.iterations() * kBatch * static_cast<int64_t>(cores));
}

// The same against a real daemon: one client, which has the daemon on the other core.
void LiveScenario(benchmark::State& state, Transport transport) {
  constexpr uint32_t kBatch = 200;
  const Plan plan = ReadPlan("whole.yaml");
  auto target = OpenLive(transport);
  if (target == nullptr) return state.SkipWithError("no live target; see above");
  for (auto _ : state) {
    const auto trace = target->RunRepeated(plan, TraceLevel::kHost, kBatch);
    if (!trace) return state.SkipWithError(trace.error().c_str());
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}

// Small operations a second on one core: executed, and each of them judged.
void JudgedOperations(benchmark::State& state, Transport transport) {
  constexpr int kRounds = 200;
  Plan plan;
  plan.transport = transport;
  plan.steps = {suite::Initialize(),
                suite::TrackAdd(0, "test.", kTrackAdd | kTrackModify | kTrackPrefix)};
  for (int i = 0; i < kRounds; ++i) {
    Step get = suite::OnKey(Op::kGet, "test.a");
    get.buffer_size = 8;
    plan.steps.push_back(suite::Set("test.a", Value::Integer(ValueType::kUInt32, i)));
    plan.steps.push_back(std::move(get));
    plan.steps.push_back(suite::OnKey(Op::kInc, "test.a"));
    plan.steps.push_back(suite::Dispatch(kDispatchAll));
  }
  plan.steps.push_back(suite::Finalize());
  NumberSteps(plan);
  auto target = OpenSimulated(transport);
  if (target == nullptr) return state.SkipWithError("no simulated target");
  for (auto _ : state) {
    const auto trace = target->Run(plan, TraceLevel::kApi);
    if (!trace) return state.SkipWithError(trace.error().c_str());
    benchmark::DoNotOptimize(Judge(plan, *trace, {}));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(plan.steps.size()));
}

void OnePlan(benchmark::State& state, const char* plan_name) {
  const Plan plan = ReadPlan(plan_name);
  auto target = OpenSimulated(Transport::kShm);
  if (target == nullptr) return state.SkipWithError("no simulated target");
  for (auto _ : state) benchmark::DoNotOptimize(target->Run(plan, TraceLevel::kHost));
}

// What a whole scenario costs the kernel, of both transports the more. The counts are the same on
// every machine.
void PrintCaseCosts() {
  constexpr uint32_t kCases = 1000;
  const Plan plan = ReadPlan("whole.yaml");
  CaseCost most;
  for (const Transport transport : {Transport::kShm, Transport::kSocket}) {
    const auto target = OpenSimulated(transport);
    if (target == nullptr) return;
    const auto cost = MeasureCase(*target, plan, TraceLevel::kHost, kCases);
    if (!cost) {
      std::printf("system calls and page faults a scenario: not counted: %s\n",
                  cost.error().c_str());
      return;
    }
    most.system_calls = std::max(most.system_calls, cost->system_calls);
    most.page_faults = std::max(most.page_faults, cost->page_faults);
    most.exchange_calls = std::max(most.exchange_calls, cost->exchange_calls);
  }
  std::printf("system calls a scenario: %g\npage faults a scenario: %g\n", most.system_calls,
              most.page_faults);
  std::printf(
      "system calls of the worker for one plan sent and one trace told, which is beside it: %lld\n",
      static_cast<long long>(most.exchange_calls));
}

// Prints as usual, and remembers what the ratios need.
class RatioReporter : public benchmark::ConsoleReporter {
 public:
  RatioReporter()
      : ConsoleReporter(
            isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr ? OO_Color : OO_None) {
  }

  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      const auto items = run.counters.find("items_per_second");
      if (!run.error_occurred && items != run.counters.end()) {
        per_second_[run.benchmark_name()] = items->second;
      }
    }
  }

  void PrintRatios() const {
    for (const char* transport : {"shm", "socket"}) {
      const auto simulated = Find("simulated scenario, ", transport);
      const auto live = Find("live scenario, ", transport);
      if (simulated > 0 && live > 0) {
        std::printf("ratio, %s: %.0f simulated scenarios for each live one\n", transport,
                    simulated / live);
      }
      if (const auto judged = Find("judged operations, ", transport); judged > 0) {
        std::printf("rate, %s: %.0f operations a second and core, executed and judged\n", transport,
                    judged);
      }
    }
  }

 private:
  [[nodiscard]] double Find(const std::string& prefix, const char* transport) const {
    for (const auto& [name, value] : per_second_) {
      if (name.starts_with(prefix + transport)) return value;
    }
    return 0;
  }
  std::map<std::string, double> per_second_;
};

void RegisterAll() {
  using benchmark::RegisterBenchmark;
  for (const Transport transport : {Transport::kShm, Transport::kSocket}) {
    const std::string name = transport == Transport::kShm ? "shm" : "socket";
    RegisterBenchmark(("simulated scenario, " + name).c_str(), SimulatedScenario, transport)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
    RegisterBenchmark(("live scenario, " + name).c_str(), LiveScenario, transport)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
    RegisterBenchmark(("judged operations, " + name).c_str(), JudgedOperations, transport)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  }
  RegisterBenchmark("dispatch waits 24 virtual hours", OnePlan, "event-after-a-day.yaml")
      ->UseRealTime()
      ->Unit(benchmark::kMicrosecond);
  RegisterBenchmark("reply 24 virtual hours late", OnePlan, "reply-a-day-late.yaml")
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace cmapsim

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  cmapsim::RegisterAll();
  cmapsim::RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.PrintRatios();
  cmapsim::PrintCaseCosts();
  for (const auto transport : {cmapsim::Transport::kShm, cmapsim::Transport::kSocket}) {
    if (const auto live = cmapsim::OpenLive(transport)) cmapsim::PrintLiveRate(transport, *live);
  }
  cmapsim::PrintCallCosts();
  return 0;
}
