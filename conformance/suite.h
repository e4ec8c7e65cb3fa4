// Properties: what is generated, one for every situation that a clause must be kept in.
//
//   for (const Property& p : AllProperties())
//     rc::Shrinkable<Plan> plan = p.generate({.transport = Transport::kShm, .live = false})(rc::Random(seed), size);
//
// A property generates whole plans (operations, keys, values, delays, faults, reactions of
// callbacks); the judge says what each trace of theirs means. A property lists the clauses it is
// meant to exercise: a run in which it never did is `not reached`.
#pragma once

#include <rapidcheck.h>

#include <string>
#include <string_view>
#include <vector>

#include "sim/core/plan.h"

namespace cmapsim {

struct GenerateOptions {
  Transport transport = Transport::kShm;
  bool live = false;  // delays of at most some milliseconds, no faults, small backlogs
};

struct Property {
  std::string name;                  // "dispatch/one/nothing-pending"
  std::vector<std::string> clauses;  // ids it must exercise
  std::string sentence;              // what it states
  bool live = true;                  // can be run beside a real daemon
  rc::Gen<Plan> (*generate)(const GenerateOptions& options);
};

[[nodiscard]] const std::vector<Property>& AllProperties();

}  // namespace cmapsim
