// Results of clauses that nothing exercises itself, made of those of others: what they are judged as, and
// whether the target offers the function that they say there is.
//
//   AddDerivedResults(target.info(), {.asked = asked, .where_nothing_is_known = true}, results);
#pragma once

#include <vector>

#include "conformance/asked.h"
#include "conformance/target.h"
#include "conformance/verdict.h"

namespace cmapsim {

struct DeriveOptions {
  const Asked& asked;
  // Say also of clauses without any case that they were not reached: one shard does.
  bool where_nothing_is_known = true;
};

// `results` are of all clauses that were exercised, asked for or not. Clauses that have a result there get
// no second one.
void AddDerivedResults(const TargetInfo& target, const DeriveOptions& options,
                       std::vector<Result>& results);

}  // namespace cmapsim
