// Cases: which plans a search tries, each with a number and randomness of its own.
//
//   Case number 17 of a property is the same plan for one seed, whatever else is run, on how many
//   threads, and in which order.
//
//   const rc::Gen<Plan> generate = GeneratorOf(property, {.live = false});
//   rc::Shrinkable<Plan> plan = MakeCase(property, generate, seed, 17, count);
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "conformance/suite.h"

namespace cmapsim {

// RapidCheck's size of case `index` of `count`: from 0 to its nominal size, once where that is
// enough cases, else again and again, the last time in larger steps. Beyond `count`: of cases that are drawn besides.
[[nodiscard]] int SizeOfCase(int64_t index, int64_t count);

[[nodiscard]] rc::Random RandomOfCase(uint64_t seed, std::string_view property, int64_t index);

// The property's generator. Beside a real daemon a connection costs thousands of calls, so that lists
// are some times as long there.
[[nodiscard]] rc::Gen<Plan> GeneratorOf(const Property& property, const GenerateOptions& options);

[[nodiscard]] rc::Shrinkable<Plan> MakeCase(const Property& property, const rc::Gen<Plan>& generate,
                                            uint64_t seed, int64_t index, int64_t count);

// The plan to run; its seed tells cases apart, because shrinking leaves it as it is.
[[nodiscard]] Plan PlanOfCase(const rc::Shrinkable<Plan>& shrinkable, int64_t index);

// `total` cases spread evenly over `properties` of them, more to the first ones.
[[nodiscard]] std::vector<int64_t> SpreadCases(int64_t total, size_t properties);

}  // namespace cmapsim
