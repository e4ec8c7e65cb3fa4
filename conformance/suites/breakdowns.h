// How often a target may crash, hang or loop, or its daemon die, before the rest of what is written down is
// left out: each time costs a new process, a hang a second of computing, and a loop of calls a tenth.
//
//   Breakdowns breakdowns;
//   for (...) { if (breakdowns.Enough()) break; breakdowns.Count(outcome); breakdowns.CountService(trace); }
#pragma once

#include <string>
#include <string_view>

#include "sim/core/trace.h"

namespace cmapsim {

class Breakdowns {
 public:
  // `outcome`: a result, or an ending with its detail.
  void Count(std::string_view outcome) {
    if (outcome.starts_with(EndingName(EndingKind::kHang))) ++hangs_;
    if (outcome.starts_with(EndingName(EndingKind::kLivelock)) || outcome.starts_with(kLoops)) {
      ++loops_;
    }
    for (const EndingKind kind : {EndingKind::kCrash, EndingKind::kExit}) {
      if (outcome.starts_with(EndingName(kind))) ++crashes_;
    }
  }
  // `trace`: of a live case.
  void CountService(std::string_view trace) {
    if (trace.find(" service-ended ") != std::string_view::npos) ++crashes_;
  }
  [[nodiscard]] bool Enough() const {
    return hangs_ >= kMostHangs || crashes_ >= kMostCrashes || loops_ >= kMostLoops;
  }

  // What is said of what was left out.
  static constexpr char kLeftOut[] =
      "left out, after others that crashed, hung, or cost a new daemon";
  // A livelock, in the words of the dispatch matrix.
  static constexpr std::string_view kLoops = "loops";

 private:
  static constexpr int kMostHangs = 2;
  static constexpr int kMostCrashes = 20;
  static constexpr int kMostLoops = 100;
  int hangs_ = 0;
  int crashes_ = 0;
  int loops_ = 0;
};

}  // namespace cmapsim
