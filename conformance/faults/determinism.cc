// The determinism campaign: random fault plans, each run in two processes while the other core is
// busy, and their traces, host level included, compared byte for byte.
//
//   bazel run //conformance/faults:determinism -- --plans=100000
//
// The first process runs the plans of a batch forwards and the second backwards, so that what a plan
// leaves behind for the next would show. A library that crashes or hangs costs a new process and is
// counted; a hang is one after 200 ms of processor time without an interposed call, and that bounds
// what it costs. Exit status: 0 without a difference, 1 with one (plan and both traces are written
// into --output), 2 where the campaign cannot be run.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "conformance/faults/draw_plan.h"
#include "conformance/targets/worker_process.h"
#include "sim/core/fault.h"
#include "sim/core/plan_yaml.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

constexpr size_t kBatch = 64;
constexpr int64_t kHangCpuMs = 200;
constexpr int kMostDifferencesWritten = 20;

struct Options {
  uint64_t plans = 2000;
  uint64_t seed = 1;
  std::string output = "cmapsim-differences";
  std::string worker = "sim/host/worker";
  std::string library = "../system/lib/x86_64-linux-gnu/libcmap.so.4";
};

bool ParseOptions(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const size_t equals = argument.find('=');
    if (equals == argument.npos) return false;
    const std::string_view name = argument.substr(0, equals);
    const std::string value(argument.substr(equals + 1));
    if (name == "--plans") {
      options.plans = std::strtoull(value.c_str(), nullptr, 10);
    } else if (name == "--seed") {
      options.seed = std::strtoull(value.c_str(), nullptr, 10);
    } else if (name == "--output") {
      options.output = value;
    } else if (name == "--worker") {
      options.worker = value;
    } else if (name == "--library") {
      options.library = value;
    } else {
      return false;
    }
  }
  return options.plans > 0;
}

// Keeps the other core busy while it exists.
class Spinner {
 public:
  Spinner()
      : thread_([this] {
          while (!stop_.load(std::memory_order_relaxed)) ++work_;
        }) {}
  ~Spinner() {
    stop_ = true;
    thread_.join();
  }
  Spinner(const Spinner&) = delete;
  Spinner& operator=(const Spinner&) = delete;

 private:
  std::atomic<bool> stop_{false};
  std::atomic<uint64_t> work_{0};
  std::thread thread_;
};

class Campaign {
 public:
  explicit Campaign(Options options) : options_(std::move(options)) {}

  int Run() {
    if (!Start(first_) || !Start(second_)) return 2;
    const Spinner spinner;
    for (uint64_t done = 0; done < options_.plans; done += kBatch) {
      if (!RunBatch(done, std::min<uint64_t>(kBatch, options_.plans - done))) return 2;
    }
    Print();
    return differing_ == 0 ? 0 : 1;
  }

 private:
  bool Start(std::unique_ptr<WorkerProcess>& worker) {
    WorkerOptions start;
    start.executable = options_.worker;
    start.arguments = {"--library=" + options_.library};
    start.library_folder = options_.library.substr(0, options_.library.rfind('/'));
    start.hang_cpu_ms = kHangCpuMs;
    auto started = WorkerProcess::Start(std::move(start));
    if (!started) {
      std::fprintf(stderr, "the campaign cannot start a worker: %s\n", started.error().c_str());
      return false;
    }
    worker = std::move(*started);
    return true;
  }

  bool RunOne(WorkerProcess& worker, const Plan& plan, std::string& trace) {
    const auto result = worker.Run(plan, TraceLevel::kHost);
    if (!result) {
      std::fprintf(stderr, "plan with seed %llu: %s\n", static_cast<unsigned long long>(plan.seed),
                   result.error().c_str());
      return false;
    }
    trace.assign(*result);
    return true;
  }

  bool RunBatch(uint64_t begin, uint64_t count) {
    std::vector<Plan> plans;
    std::vector<std::string> traces(count);
    for (uint64_t i = 0; i < count; ++i) {
      plans.push_back(DrawFaultPlan(options_.seed + begin + i));
      if (!RunOne(*first_, plans[i], traces[i])) return false;
      Count(plans[i], traces[i]);
    }
    std::string again;
    for (uint64_t i = count; i-- > 0;) {
      if (!RunOne(*second_, plans[i], again)) return false;
      if (again != traces[i]) Differ(plans[i], traces[i], again);
    }
    return true;
  }

  void Count(const Plan& plan, std::string_view trace) {
    const size_t last = trace.rfind(" = ");
    const std::string_view rest =
        last == trace.npos ? std::string_view("none") : trace.substr(last + 3);
    ++endings_[std::string(rest.substr(0, rest.find_first_of(" \n")))];
    if (!plan.tasks.empty()) ++with_tasks_;
    for (size_t at = 0; at < trace.size();) {
      const size_t end = std::min(trace.find('\n', at), trace.size());
      const std::string_view line = trace.substr(at, end - at);
      at = end + 1;
      const size_t mark = line.find(' ');
      if (mark == line.npos || line.substr(mark, 3) != " * ") continue;
      const auto index = static_cast<size_t>(std::atoi(std::string(line.substr(mark + 3)).c_str()));
      if (index < plan.faults.size()) ++struck_[std::string(RowOf(plan.faults[index].kind).name)];
    }
  }

  void Differ(const Plan& plan, const std::string& one, const std::string& other) {
    if (++differing_ > kMostDifferencesWritten) return;
    std::error_code ignored;
    std::filesystem::create_directories(options_.output, ignored);
    const std::string base = options_.output + "/" + std::to_string(plan.seed);
    std::ofstream(base + ".yaml") << FormatPlan(plan);
    std::ofstream(base + ".first.trace") << one;
    std::ofstream(base + ".second.trace") << other;
    std::printf("DIFFERS: %s.yaml, %s.first.trace, %s.second.trace\n", base.c_str(), base.c_str(),
                base.c_str());
  }

  void Print() const {
    std::printf("plans %llu (with a second task %llu), each run twice\n",
                static_cast<unsigned long long>(options_.plans),
                static_cast<unsigned long long>(with_tasks_));
    for (const auto& [name, count] : endings_) {
      std::printf("  ending %-28s %llu\n", name.c_str(), static_cast<unsigned long long>(count));
    }
    for (const FaultRow& row : FaultTable()) {
      const auto found = struck_.find(std::string(row.name));
      std::printf("  struck %-28s %llu\n", std::string(row.name).c_str(),
                  static_cast<unsigned long long>(found == struck_.end() ? 0 : found->second));
    }
    std::printf("differing traces %llu\n", static_cast<unsigned long long>(differing_));
  }

  Options options_;
  std::unique_ptr<WorkerProcess> first_, second_;
  std::map<std::string, uint64_t> endings_;
  std::map<std::string, uint64_t> struck_;
  uint64_t with_tasks_ = 0;
  uint64_t differing_ = 0;
};

}  // namespace
}  // namespace cmapsim

int main(int argc, char** argv) {
  cmapsim::Options options;
  if (!cmapsim::ParseOptions(argc, argv, options)) {
    std::fputs(
        "usage: determinism [--plans=N] [--seed=N] [--output=FOLDER] [--worker=PATH] "
        "[--library=PATH]\n",
        stderr);
    return 2;
  }
  if (!std::filesystem::exists(options.library)) {
    std::fprintf(stderr, "%s is not there; install the package libcmap4\n",
                 options.library.c_str());
    return 0;
  }
  return cmapsim::Campaign(options).Run();
}
