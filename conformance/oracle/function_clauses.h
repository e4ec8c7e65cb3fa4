// The clauses that every function has: what it returns, and what it says when its service is gone.
//
//   FunctionClauses(Op::kSet).returns   == "cmap_set.returns"
//   FunctionClauses(Op::kSet).dead      == "cmap_set.errors.CS_ERR_LIBRARY"
#pragma once

#include <string_view>

#include "sim/core/plan.h"

namespace cmapsim {

struct FunctionRow {
  Op op;
  std::string_view function;  // the page's name
  std::string_view returns;   // its RETURN VALUE
  std::string_view dead;      // empty where the function can do without a service
  bool request;               // the service has to answer before it returns
};

// Empty names for operations that are no function of the library (poll, sleep, service).
[[nodiscard]] const FunctionRow& FunctionClauses(Op op);

}  // namespace cmapsim
