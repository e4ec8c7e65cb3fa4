#include "tools/live_rate.h"

#include <corosync/cmap.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/corosync/daemon.h"
#include "fixtures/corosync/sandbox.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

constexpr int kRequests = 20'000;
constexpr int kMeasurements = 5;
constexpr char kKey[] = "totem.version";

// Requests a second, in a sandbox; 0 where they failed.
double BareRate(Transport transport) {
  using Clock = std::chrono::steady_clock;
  const auto text = RunInSandbox([transport]() -> std::string {
    Daemon daemon({.transport = transport});
    cmap_handle_t handle = 0;
    if (!daemon.Start() || cmap_initialize(&handle) != CS_OK) return "0";
    const auto begin = Clock::now();
    for (int i = 0; i < kRequests; ++i) {
      uint32_t value = 0;
      if (cmap_get_uint32(handle, kKey, &value) != CS_OK) return "0";
    }
    const std::chrono::duration<double> took = Clock::now() - begin;
    cmap_finalize(handle);
    return std::to_string(kRequests / took.count());
  });
  return text ? std::strtod(text->c_str(), nullptr) : 0;
}

Plan Requests(Transport transport) {
  Plan plan;
  plan.transport = transport;
  Step step;
  step.op = Op::kInitialize;
  plan.steps.push_back(step);
  step.op = Op::kGetUInt32;
  step.key = kKey;
  plan.steps.insert(plan.steps.end(), kRequests, step);
  NumberSteps(plan);
  return plan;
}

// By the trace's own times, from the first request to the last answer: what it takes to start is not
// of it. 0 where a request failed.
double RateOf(std::string_view trace) {
  const auto events = ParseTrace(trace);
  if (!events) return 0;
  Nanos first_ns = -1;
  Nanos last_ns = 0;
  int answers = 0;
  for (const TraceEvent& event : *events) {
    if (event.step < 1) continue;
    if (event.mark == '>' && first_ns < 0) first_ns = event.at_ns;
    if (event.mark != '<' || event.word != "CS_OK") continue;
    last_ns = event.at_ns;
    ++answers;
  }
  if (answers != kRequests || last_ns <= first_ns) return 0;
  return kRequests * static_cast<double>(kSecond) / static_cast<double>(last_ns - first_ns);
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

void PrintLiveRate(Transport transport, LiveTarget& target) {
  const Plan plan = Requests(transport);
  std::vector<double> bare;
  std::vector<double> as_steps;
  for (int i = 0; i < kMeasurements; ++i) {
    bare.push_back(BareRate(transport));
    const auto trace = target.Run(plan, TraceLevel::kApi);
    as_steps.push_back(trace ? RateOf(*trace) : 0);
  }
  const double alone = Median(bare);
  const double through = Median(as_steps);
  const std::string name(TransportName(transport));
  if (alone <= 0 || through <= 0) {
    std::printf("live, %s: not measured: requests failed\n", name.c_str());
    return;
  }
  std::printf("live, %s: %.0f requests a second as steps of a plan, %.0f in a bare loop: %.0f %%\n",
              name.c_str(), through, alone, 100 * through / alone);
}

}  // namespace cmapsim
