// Reports as JSON, for programs.
//
//   [{"target": {"name": ..., "library": ..., "sha256": ..., "version": ..., "service": ..., "transport": ...},
//     "seed": 1,
//     "outcome": "conforms",                              what the target comes to (outcome.h)
//     "lacking": [{"clause": ..., "cases": 1, "parts": [...]}, ...],   clauses with too little evidence (evidence.h)
//     "results": [{"clause": ..., "property": ..., "verdict": "pass", "compatible": "pass", "cases": 12,
//                  "detail": "", "plan": null, "parts": {"3 characters": 7, ...}}, ...],
//     "counts": {"pass": 12, "fail": 0, ...},             of the results' verdicts
//     "compatible_counts": {"pass": 12, "fail": 0, ...},
//     "wall": {"search_ms": 1200, "shrink_ms": 0}}]
//
// Two reports of one seed differ in "wall" alone. An empty version is an unknown one; an empty
// property says that none exercises the clause. "parts" is there where the clause has some (conformance/parts.h).
#pragma once

#include <string>
#include <vector>

#include "conformance/report/outcome.h"
#include "conformance/runner.h"

namespace cmapsim {

[[nodiscard]] std::string FormatJson(const std::vector<TargetReport>& reports,
                                     const Asking& asking = {});

}  // namespace cmapsim
