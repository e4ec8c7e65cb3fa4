// The matrix of error codes as text: one row for each function, one column for each code.
//
//   std::cout << FormatErrorCodes(results, {.details = true});
//
//                       TRY_AGAIN      INVALID_PARAM  ...
//   cmap_dispatch       witnessed      witnessed
//   cmap_finalize       not reached    not reached
//
// It is made of the results whose property is "errors/<function>/<code>": a pass is witnessed, a
// failure departs, expected or not.
#pragma once

#include <string>
#include <vector>

#include "conformance/verdict.h"

namespace cmapsim {

// Whether the result is one of the matrix, and not a row of the table of clauses.
[[nodiscard]] bool IsErrorCodeResult(const Result& result);

struct ErrorCodesOptions {
  // Also each plan, and each reason.
  bool details = false;
};

// Empty where none of the results is one of the matrix.
[[nodiscard]] std::string FormatErrorCodes(const std::vector<Result>& results,
                                           const ErrorCodesOptions& options);

}  // namespace cmapsim
