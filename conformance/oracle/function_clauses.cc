#include "conformance/oracle/function_clauses.h"

namespace cmapsim {
namespace {

#define CMAPSIM_ROW(op, page, request) \
  { Op::op, page, page ".returns", request ? page ".errors.CS_ERR_LIBRARY" : "", request }

constexpr FunctionRow kRows[] = {
    CMAPSIM_ROW(kInitialize, "cmap_initialize", true),
    CMAPSIM_ROW(kInitializeMap, "cmap_initialize_map", true),
    CMAPSIM_ROW(kFinalize, "cmap_finalize", false),
    CMAPSIM_ROW(kFdGet, "cmap_fd_get", false),
    CMAPSIM_ROW(kDispatch, "cmap_dispatch", true),
    CMAPSIM_ROW(kContextSet, "cmap_context_set", false),
    CMAPSIM_ROW(kContextGet, "cmap_context_get", false),
    CMAPSIM_ROW(kSet, "cmap_set", true),
    CMAPSIM_ROW(kGet, "cmap_get", true),
    CMAPSIM_ROW(kDelete, "cmap_delete", true),
    CMAPSIM_ROW(kInc, "cmap_inc", true),
    CMAPSIM_ROW(kDec, "cmap_dec", true),
    CMAPSIM_ROW(kIterInit, "cmap_iter_init", true),
    CMAPSIM_ROW(kIterNext, "cmap_iter_next", true),
    CMAPSIM_ROW(kIterFinalize, "cmap_iter_finalize", true),
    CMAPSIM_ROW(kTrackAdd, "cmap_track_add", true),
    CMAPSIM_ROW(kTrackDelete, "cmap_track_delete", true),
};
#undef CMAPSIM_ROW

// By type, from int8 on.
#define CMAPSIM_SHORTCUTS(X) \
  X(int8)                    \
  X(uint8) X(int16) X(uint16) X(int32) X(uint32) X(int64) X(uint64) X(float) X(double) X(string)
#define CMAPSIM_X(type) "cmap_set.shortcuts." #type,
constexpr std::string_view kSetShortcuts[] = {CMAPSIM_SHORTCUTS(CMAPSIM_X)};
#undef CMAPSIM_X
#define CMAPSIM_X(type) "cmap_get.shortcuts." #type,
constexpr std::string_view kGetShortcuts[] = {CMAPSIM_SHORTCUTS(CMAPSIM_X)};
#undef CMAPSIM_X

size_t IndexOf(ValueType type) { return static_cast<size_t>(type) - 1; }

constexpr FunctionRow kNoFunction = {Op::kSleep, "", "", "", false};

}  // namespace

Op PageOp(Op op) {
  if (TypeSetBy(op)) return Op::kSet;
  return TypeGotBy(op) ? Op::kGet : op;
}

const FunctionRow& FunctionClauses(Op op) {
  op = PageOp(op);
  for (const FunctionRow& row : kRows) {
    if (row.op == op) return row;
  }
  return kNoFunction;
}

std::string_view SetShortcutClause(ValueType type) { return kSetShortcuts[IndexOf(type)]; }

std::string_view GetShortcutClause(ValueType type) { return kGetShortcuts[IndexOf(type)]; }

}  // namespace cmapsim
