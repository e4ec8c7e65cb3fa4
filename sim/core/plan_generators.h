// Generators of everything that a plan can say, for properties (RapidCheck).
//
//   RC_GTEST_PROP(Plans, SurviveTheirText, ()) {
//     const Plan plan = *GenPlan();
//     RC_ASSERT(ParsePlan(FormatPlan(plan), "p") == plan);
//   }
//
// They make any plan that has a text, sensible or not: what readers and writers must bear.
#pragma once

#include <rapidcheck.h>

#include <ostream>
#include <string>

#include "sim/core/plan.h"
#include "sim/core/value.h"

namespace cmapsim {

// Any bytes but zero, more often those that mean something in YAML or to us.
[[nodiscard]] rc::Gen<std::string> GenKey();

// Any type and any bytes, more often a fitting size, a run, or nothing.
[[nodiscard]] rc::Gen<Value> GenValue();

// With reactions up to `depth` deep.
[[nodiscard]] rc::Gen<Step> GenStep(int depth);

// Numbered.
[[nodiscard]] rc::Gen<Plan> GenPlan();

// So that a failure shows a plan as its text.
std::ostream& operator<<(std::ostream& out, const Plan& plan);
std::ostream& operator<<(std::ostream& out, const Value& value);

}  // namespace cmapsim
