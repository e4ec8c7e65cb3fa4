// Whose turn it is, where a plan's schedule says so.
//
//   Turns turns;
//   turns.Begin(plan);
//   if (const auto turn = turns.Before(call)) ...    // before interposed call number `call`
//
// A switch that stands in the plan names its task; one drawn from the seed chooses among those that
// can run. Chances are drawn only while there is more than one task.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/plan.h"
#include "sim/core/random.h"

namespace cmapsim {

class Turns {
 public:
  void Begin(const Plan& plan) {
    switches_ = plan.schedule.switches;
    std::stable_sort(switches_.begin(), switches_.end(),
                     [](const Switch& a, const Switch& b) { return a.at < b.at; });
    next_ = 0;
    one_in_ = plan.schedule.one_in;
    // A sequence of its own, apart from those of the faults.
    random_ = Random(plan.seed ^ Random(0).Next());
  }

  struct Turn {
    int task = -1;      // that one; -1:
    uint64_t draw = 0;  // one of those that can run, by this number
  };
  [[nodiscard]] std::optional<Turn> Before(int64_t call) {
    if (next_ < switches_.size() && switches_[next_].at <= call) {
      return Turn{switches_[next_++].task, 0};
    }
    if (one_in_ == 0 || random_.Below(static_cast<uint64_t>(one_in_)) != 0) return std::nullopt;
    return Turn{-1, random_.Next()};
  }
  [[nodiscard]] bool armed() const { return one_in_ != 0 || next_ < switches_.size(); }

 private:
  std::vector<Switch> switches_;
  size_t next_ = 0;
  int64_t one_in_ = 0;
  Random random_{0};
};

}  // namespace cmapsim
