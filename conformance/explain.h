// `cmapsim explain CLAUSE` in words: what it says and where, what tests it, which plans show it, and
// what is known of it.
//
//   auto text = ExplainClause("cmap_dispatch.one", {AllProperties(), CorosyncExpectations(), ErrorPairs()});
//   std::string list = ListClauses("cmap_get.shortcuts.*");   // or "cmap_get": all that the page says
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/expectations.h"
#include "conformance/suite.h"
#include "conformance/suites/error_codes.h"

namespace cmapsim {

// What is known of clauses. All of it stays the caller's.
struct ClauseKnowledge {
  const std::vector<Property>& properties;
  const Expectations& expectations;
  const std::vector<ErrorPair>& pairs;
};

// The error says which clauses are near.
[[nodiscard]] tl::expected<std::string, std::string> ExplainClause(
    std::string_view id, const ClauseKnowledge& knowledge);

// The clauses whose id fits a shell glob or is below `glob`, each with its level and what it says.
// Empty where there is none.
[[nodiscard]] std::string ListClauses(std::string_view glob);

}  // namespace cmapsim
