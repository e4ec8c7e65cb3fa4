// Sweeping: every fault at every point of a plan, one at a time, or two; with the proof that each of
// them struck, and what the library did that no fault excuses.
//
// Signals come to the plan with a handler set in its beginning, which is judged by a run of its own
// without a signal. A signal has struck when its handler ran.
//
// Of two faults only what neither of them does alone is a finding: what was found under one of them,
// whatever the occurrence, is counted as that one's. Signals, delays and clocks that jump are not
// among the two.
//
//   UnitReport report = *SweepUnit({"a.yaml", plan}, *target, {.pairs = false});
//   report.points == report.points_taken     // nothing was left out
//   report.found                             // by signature
//
// A signature says what was found, in which function, by which fault and over which transport; it is
// the same on every machine:
//
//   event lost: cmap_dispatch ONE: host.recv.errno EINTR: shm
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/sweep/points.h"
#include "conformance/sweep/scenarios.h"
#include "conformance/target.h"
#include "sim/core/plan.h"

namespace cmapsim {

struct SweepOptions {
  bool pairs = false;  // after each fault also each one that can come then
  FaultChoice choice;
  // Hangs and crashes cost time, so that after so many of one call and error in one scenario the
  // others of it are left out, and said to be.
  int64_t most_hangs = 3;
};

// What was found under one signature.
struct Found {
  int64_t count = 0;
  std::string detail;  // of the plan
  std::string scenario;
  Plan plan;  // the shortest that shows it
};

struct ClassCounts {  // of "poll", "service.reply.error", ...
  int64_t points = 0;
  int64_t faults = 0;
};

struct SweepCounts {
  int64_t points = 0;
  int64_t points_taken = 0;
  int64_t faults = 0;  // single ones, or second ones after each first
  int64_t runs = 0;
  int64_t taken = 0;        // runs in which all their faults struck
  int64_t left_out = 0;     // because of hangs
  int64_t ended_early = 0;  // first faults of pairs after which the run did not come to its end
  int64_t of_one = 0;       // findings of pairs that one of the two makes alone
  std::map<std::string, ClassCounts> classes;

  void Add(const SweepCounts& other);
  [[nodiscard]] bool Complete() const {
    return runs == taken && left_out == 0 && points == points_taken;
  }
};

struct UnitReport {
  SweepCounts singles;
  SweepCounts pairs;
  std::vector<std::string> not_taken;  // faults that did not strike
  std::map<std::string, Found> found;  // by signature
  // Why some scenarios are missing: what was in the way. Empty: none is.
  std::string trouble;

  void Add(UnitReport other);
};

// Sweeps one plan on one target, whose transport counts. The error is the harness's, or the plan's: one
// that has faults of its own, or tasks that switch by chance, has no points to speak of.
[[nodiscard]] tl::expected<UnitReport, std::string> SweepUnit(const Scenario& scenario,
                                                              Target& target,
                                                              const SweepOptions& options);

using OpenTarget =
    std::function<tl::expected<std::unique_ptr<Target>, std::string>(Transport transport)>;

// Sweeps all over these transports, `jobs` at a time; the report is the same whatever the jobs. Where
// something is in the way (a worker is killed, say) it has the scenarios until then; the error is that there
// is none.
[[nodiscard]] tl::expected<UnitReport, std::string> SweepAll(
    const std::vector<Scenario>& scenarios, const std::vector<Transport>& transports,
    const OpenTarget& open, const SweepOptions& options, int jobs,
    const std::function<void(int64_t done, int64_t total)>& progress);

}  // namespace cmapsim
