// How many of each verdict.
//
//   VerdictCounts counts;
//   ++counts[Verdict::kPass];
//   for (Verdict v : kAllVerdicts) std::cout << counts[v] << ' ' << VerdictName(v);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "conformance/verdict.h"

namespace cmapsim {

// In the order in which reports name them.
inline constexpr std::array<Verdict, 8> kAllVerdicts = {
    Verdict::kPass,  Verdict::kFail,         Verdict::kExpectedFail, Verdict::kUnexpectedPass,
    Verdict::kFlaky, Verdict::kInconclusive, Verdict::kNotReached,   Verdict::kSkipped};

class VerdictCounts {
 public:
  int64_t& operator[](Verdict verdict) { return counts_[static_cast<size_t>(verdict)]; }
  int64_t operator[](Verdict verdict) const { return counts_[static_cast<size_t>(verdict)]; }

 private:
  std::array<int64_t, kAllVerdicts.size()> counts_{};
};

}  // namespace cmapsim
