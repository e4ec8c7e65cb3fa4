// How often a target may crash or hang before the rest of what is written down is left out: each
// time costs a new process, and a hang a second of computing.
//
//   Breakdowns breakdowns;
//   for (...) { if (breakdowns.Enough()) break; breakdowns.Count(outcome); }
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
    for (const EndingKind kind : {EndingKind::kCrash, EndingKind::kExit}) {
      if (outcome.starts_with(EndingName(kind))) ++crashes_;
    }
  }
  [[nodiscard]] bool Enough() const { return hangs_ >= kMostHangs || crashes_ >= kMostCrashes; }

  // What is said of what was left out.
  static constexpr char kLeftOut[] = "left out, after others that crashed or hung";

 private:
  static constexpr int kMostHangs = 2;
  static constexpr int kMostCrashes = 20;
  int hangs_ = 0;
  int crashes_ = 0;
};

}  // namespace cmapsim
