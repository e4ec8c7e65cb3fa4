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
  std::string_view handle;    // what it says of its handle; empty where that is judged elsewhere
  std::string_view dead;      // empty where the function can do without a service
  bool request;               // the service has to answer before it returns
};

// The operation on whose page a shortcut is: set for set_uint8, get for get_string; else itself.
[[nodiscard]] Op PageOp(Op op);

// Shortcuts have the row of their page. Empty names for operations that are no function of the library (poll, sleep, service).
[[nodiscard]] const FunctionRow& FunctionClauses(Op op);

// "cmap_set.shortcuts.uint8", "cmap_get.shortcuts.uint8" and so on. Requires a type that has shortcuts.
[[nodiscard]] std::string_view SetShortcutClause(ValueType type);
[[nodiscard]] std::string_view GetShortcutClause(ValueType type);

// "cmap_set.types.uint8", "cmap_get.types.binary". Requires a type that has a name.
[[nodiscard]] std::string_view SetTypeClause(ValueType type);
[[nodiscard]] std::string_view GetTypeClause(ValueType type);
// "cmap_inc.types.uint8", or of cmap_dec. Requires a type of integers.
[[nodiscard]] std::string_view CountTypeClause(bool up, ValueType type);

}  // namespace cmapsim
