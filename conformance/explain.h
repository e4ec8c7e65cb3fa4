// `cmapsim explain CLAUSE` in words: what it says and where, what tests it, what is known of it.
//
//   auto text = ExplainClause("cmap_dispatch.one", AllProperties(), CorosyncExpectations());
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/expectations.h"
#include "conformance/suite.h"

namespace cmapsim {

// The error says which clauses are near.
[[nodiscard]] tl::expected<std::string, std::string> ExplainClause(
    std::string_view id, const std::vector<Property>& properties, const Expectations& expectations);

}  // namespace cmapsim
