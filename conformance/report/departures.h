// The document of what a target does other than its pages say, and of what it does where they are silent:
// docs/departures.md, made from its expectations.
//
//   std::string text = FormatDepartures(CorosyncExpectations(), [](const std::string& path) { return ... });
//
// Departures of one situation and reason stand together, with the shortest of their plans.
#pragma once

#include <functional>
#include <string>

#include "conformance/expectations.h"
#include "conformance/sweep/known.h"

namespace cmapsim {

// The text of a plan by its path; empty where there is none.
using ReadPlanText = std::function<std::string(const std::string& path)>;

[[nodiscard]] std::string FormatDepartures(const Expectations& expectations,
                                           const ReadPlanText& read);

// A part for the end of it: what single faults of the client's host make of the library.
[[nodiscard]] std::string FormatUnderFaults(const KnownFindings& known);

}  // namespace cmapsim
