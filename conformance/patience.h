// What a check may cost: a target that crashes, hangs, loops, or takes its daemon with it in every case need
// not be tried in all of them.
//
//   Patience patience(live);
//   patience.After(trace);          // the case's trace
//   if (patience.exhausted()) ...   // what is left of this run of cases is left out
//   budget.Spend(job, patience);    // of the whole search, in the order of the cases
//   if (budget.IsSpent(job)) ...    // as are all later cases of the job
//
// Costs are counted from traces alone, never from a clock. So it depends on the cases, not on threads,
// which of them are left out; live traces have real times in them.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>

#include "sim/core/time.h"
#include "sim/core/trace.h"

namespace cmapsim {

class Patience {
 public:
  explicit Patience(bool live) : live_(live) {}

  void After(std::string_view trace) {
    const size_t mark = trace.rfind(" = ");
    if (mark == std::string_view::npos) return;
    const std::string_view ending = trace.substr(mark + 3);
    const auto is = [ending](EndingKind kind) { return ending.starts_with(EndingName(kind)); };
    if (is(EndingKind::kHang)) ++hangs_;
    if (is(EndingKind::kCrash) || is(EndingKind::kExit)) ++deaths_;
    if (live_) {
      CountLive(trace.substr(0, mark), ending);
    } else if (is(EndingKind::kHang)) {
      cost_ += kHangCost;
    } else if (ending.find(kOutOfMemory) != std::string_view::npos) {
      cost_ += kOutOfMemoryCost;
    } else if (is(EndingKind::kLivelock)) {
      cost_ += kLoopCost;
    }
  }

  // Of a run of cases: counted within it alone.
  [[nodiscard]] bool exhausted() const {
    return hangs_ >= kHangsPerRun || deaths_ >= kDeathsPerRun;
  }
  // In milliseconds or so of waiting and computing, beyond what cases cost.
  [[nodiscard]] int64_t cost() const { return cost_; }
  [[nodiscard]] bool live() const { return live_; }
  // Cases that cost a new daemon, or the time of many.
  [[nodiscard]] int64_t costly() const { return costly_; }

  static constexpr std::string_view kOutOfMemory = "out-of-memory";

 private:
  // A process that hangs is given a second of computing; one without memory has filled all it had; one that loops has
  // made thousands of calls.
  static constexpr int64_t kHangCost = 1000;
  // More than a second where a page fault is dear: tens of thousands of them.
  static constexpr int64_t kOutOfMemoryCost = 5000;
  static constexpr int64_t kLoopCost = 100;
  static constexpr int64_t kDaemonCost = 1000;
  static constexpr Nanos kSlow = 4 * kSecond;  // 2 s are what libqb waits for a dead service
  static constexpr int kHangsPerRun = 1;
  static constexpr int kDeathsPerRun = 5;

  void CountLive(std::string_view before, std::string_view ending) {
    const size_t line = before.rfind('\n');
    before.remove_prefix(line == std::string_view::npos ? 0 : line + 1);
    Nanos took_ns = 0;
    std::from_chars(before.data(), before.data() + before.size(), took_ns);
    const bool ended = ending.find("service-ended") != std::string_view::npos;
    if (!ended && took_ns < kSlow) return;
    cost_ += took_ns / kMillisecond + (ended ? kDaemonCost : 0);
    ++costly_;
  }

  bool live_;
  int hangs_ = 0;
  int deaths_ = 0;
  int64_t cost_ = 0;
  int64_t costly_ = 0;
};

// Of all cases together.
class Budget {
 public:
  void Spend(size_t job, const Patience& patience) {
    (patience.live() ? spent_live_ : spent_) += patience.cost();
    costly_[job] += patience.costly();
  }
  // Something failed. As long as nothing does, a live target may be slow for other reasons, a loaded machine say, and what is
  // left out would be missing as evidence: then only jobs that cost much themselves are cut short.
  void NoteFinding() { found_ = true; }
  [[nodiscard]] bool IsSpent(size_t job) const {
    const auto at = costly_.find(job);
    return spent_ >= kMost || (found_ && spent_live_ >= kMost) ||
           (at != costly_.end() && at->second >= kCostlyPerJob);
  }

 private:
  static constexpr int64_t kMost = 60'000;
  static constexpr int64_t kCostlyPerJob = 3;

  int64_t spent_ = 0;
  int64_t spent_live_ = 0;
  bool found_ = false;
  std::map<size_t, int64_t> costly_;
};

// What is said of what was left out.
inline constexpr std::string_view kLeftOut =
    "left out, after others that crashed, hung, or cost a new daemon";

}  // namespace cmapsim
