// What a sweep says: its counts, what is known, and one line for each finding, with a plan each.
//
//   const SweepVerdict verdict = WeighSweep(report, known);
//   auto paths = WriteFindings(report, verdict, "cmapsim-findings", info);
//   std::string text = FormatSweep(report, verdict, *paths);
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/sweep/known.h"
#include "conformance/sweep/sweep.h"
#include "conformance/target.h"

namespace cmapsim {

struct SweepVerdict {
  // Signatures that no entry knows, and how many there are of each entry.
  std::vector<std::string> fresh;
  std::map<std::string, int64_t> known;

  [[nodiscard]] bool Good(const UnitReport& report) const {
    return fresh.empty() && report.singles.Complete() && report.pairs.Complete();
  }
};

[[nodiscard]] SweepVerdict WeighSweep(const UnitReport& report, const KnownFindings& known);

// Writes the plan of each finding that is not known; gives the files by signature.
[[nodiscard]] tl::expected<std::map<std::string, std::string>, std::string> WriteFindings(
    const UnitReport& report, const SweepVerdict& verdict, const std::string& folder,
    const TargetInfo& target);

[[nodiscard]] std::string FormatSweep(const UnitReport& report, const SweepVerdict& verdict,
                                      const std::map<std::string, std::string>& paths);

}  // namespace cmapsim
