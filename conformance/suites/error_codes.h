// The error codes: for every function and every code that its page names, the plans that make an
// unmodified libcmap return it, or the reason why nothing can.
//
//   for (const ErrorPair& pair : ErrorPairs()) ...   // cmap_set, CS_ERR_TRY_AGAIN, two plans
//
// A plan is a file of fixtures/plans/errors, compiled in: "cmap_set.CS_ERR_TRY_AGAIN.yaml", or,
// where there are several ways, "cmap_set.CS_ERR_TRY_AGAIN.overload.yaml". The ways "shm" and
// "socket" are of that transport only. The first line says what makes the code come about. The
// reasons are error_codes.yaml.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/clause.h"
#include "sim/core/plan.h"

namespace cmapsim {

// One way to a code.
struct ErrorWitness {
  std::string path;   // "fixtures/plans/errors/cmap_set.CS_ERR_TRY_AGAIN.overload.yaml"
  std::string way;    // "overload"; empty: the usual one
  std::string means;  // a sentence
  Plan plan;
  // Whether a correct kernel and a correct service can do this. False: it tests robustness.
  bool possible = true;

  [[nodiscard]] bool IsOf(Transport transport) const;
};

struct ErrorPair {
  const Clause* clause = nullptr;
  std::string function;  // "cmap_set"
  std::string code;      // "CS_ERR_TRY_AGAIN"
  std::vector<ErrorWitness> witnesses;
  std::string reason;  // where there is none: why
};

// In the register's order.
[[nodiscard]] const std::vector<ErrorPair>& ErrorPairs();

// Function and code of "cmap_set.errors.CS_ERR_TRY_AGAIN"; nothing for other clauses.
struct ErrorClause {
  std::string_view function;
  std::string_view code;
};
[[nodiscard]] std::optional<ErrorClause> ParseErrorClause(std::string_view id);

// Reasons that no pair needs, and plans that are no pair's: both empty, as a test says.
[[nodiscard]] std::vector<std::string> IdleErrorEntries();

}  // namespace cmapsim
