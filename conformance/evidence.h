// How much evidence a clause needs before "conforms" is said of it, and which clauses have less.
//
//   for (const Lacking& l : FindLacking(jobs, {.asked = asked, .not_offered = info.not_offered}))
//     l.clause, l.cases, l.parts
//
// A clause that a property of the check is meant to exercise needs cases that tell something about it, and each of its
// parts (parts.h) needs observations of its own. A case of which several outcomes are right tells nothing. A plan that is written
// down (fixed_case.h) is one case and enough, for it shows what it is written for.
//
// No evidence is owed for clauses that promise nothing (undocumented), for those that no run can judge, for functions that the target does not offer, and for what needs
// faults where there are none (live): their results say so.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/asked.h"
#include "conformance/search.h"

namespace cmapsim {

inline constexpr int64_t kCasesWanted = 3;  // that tell something about the clause
inline constexpr int64_t kShownWanted = 2;  // observations of each of its parts

// A clause that can be judged and has less evidence than it needs.
struct Lacking {
  std::string clause;
  int64_t cases = 0;               // that told something about it
  std::vector<std::string> parts;  // of which too little was seen; empty: it lacks cases

  bool operator==(const Lacking&) const = default;
};

struct EvidenceOptions {
  const Asked& asked;
  const std::vector<std::string>& not_offered;
  // Clauses that a fixed case has shown.
  std::set<std::string, std::less<>> shown = {};
  // Beside a real daemon: nobody counts what is left there when a connection is closed.
  bool live = false;
};

// Looks at the clauses that were asked for and at those that they are judged as. In the register's order.
[[nodiscard]] std::vector<Lacking> FindLacking(const std::vector<SearchJob>& jobs,
                                               const EvidenceOptions& options);

}  // namespace cmapsim
