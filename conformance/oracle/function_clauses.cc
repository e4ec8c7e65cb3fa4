#include "conformance/oracle/function_clauses.h"

namespace cmapsim {
namespace {

#define CMAPSIM_ROW(op, page, handle, request) \
  { Op::op, page, page ".returns", handle, request ? page ".errors.CS_ERR_LIBRARY" : "", request }
#define CMAPSIM_HANDLE_ROW(op, page) CMAPSIM_ROW(op, page, page ".handle", true)

constexpr FunctionRow kRows[] = {
    CMAPSIM_ROW(kInitialize, "cmap_initialize", "", true),
    CMAPSIM_ROW(kInitializeMap, "cmap_initialize_map", "", true),
    CMAPSIM_ROW(kFinalize, "cmap_finalize", "", false),
    CMAPSIM_ROW(kFdGet, "cmap_fd_get", "", false),
    CMAPSIM_ROW(kDispatch, "cmap_dispatch", "", true),
    CMAPSIM_ROW(kContextSet, "cmap_context_set", "", false),
    CMAPSIM_ROW(kContextGet, "cmap_context_get", "", false),
    CMAPSIM_HANDLE_ROW(kSet, "cmap_set"),
    CMAPSIM_HANDLE_ROW(kGet, "cmap_get"),
    CMAPSIM_HANDLE_ROW(kDelete, "cmap_delete"),
    CMAPSIM_HANDLE_ROW(kInc, "cmap_inc"),
    CMAPSIM_HANDLE_ROW(kDec, "cmap_dec"),
    CMAPSIM_HANDLE_ROW(kIterInit, "cmap_iter_init"),
    CMAPSIM_HANDLE_ROW(kIterNext, "cmap_iter_next"),
    CMAPSIM_HANDLE_ROW(kIterFinalize, "cmap_iter_finalize"),
    CMAPSIM_HANDLE_ROW(kTrackAdd, "cmap_track_add"),
    CMAPSIM_HANDLE_ROW(kTrackDelete, "cmap_track_delete"),
};
#undef CMAPSIM_HANDLE_ROW
#undef CMAPSIM_ROW

// By type, from int8 on.
#define CMAPSIM_INTEGERS(X, page) \
  X(page, int8)                   \
  X(page, uint8)                  \
  X(page, int16) X(page, uint16) X(page, int32) X(page, uint32) X(page, int64) X(page, uint64)
#define CMAPSIM_SHORTCUTS(X, page) \
  CMAPSIM_INTEGERS(X, page) X(page, float) X(page, double) X(page, string)
#define CMAPSIM_TYPES(X, page) CMAPSIM_SHORTCUTS(X, page) X(page, binary)
#define CMAPSIM_X(page, type) page #type,
constexpr std::string_view kSetShortcuts[] = {CMAPSIM_SHORTCUTS(CMAPSIM_X, "cmap_set.shortcuts.")};
constexpr std::string_view kGetShortcuts[] = {CMAPSIM_SHORTCUTS(CMAPSIM_X, "cmap_get.shortcuts.")};
constexpr std::string_view kSetTypes[] = {CMAPSIM_TYPES(CMAPSIM_X, "cmap_set.types.")};
constexpr std::string_view kGetTypes[] = {CMAPSIM_TYPES(CMAPSIM_X, "cmap_get.types.")};
constexpr std::string_view kIncTypes[] = {CMAPSIM_INTEGERS(CMAPSIM_X, "cmap_inc.types.")};
constexpr std::string_view kDecTypes[] = {CMAPSIM_INTEGERS(CMAPSIM_X, "cmap_dec.types.")};
#undef CMAPSIM_X

size_t IndexOf(ValueType type) { return static_cast<size_t>(type) - 1; }

constexpr FunctionRow kNoFunction = {Op::kSleep, "", "", "", "", false};

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

std::string_view SetTypeClause(ValueType type) { return kSetTypes[IndexOf(type)]; }

std::string_view GetTypeClause(ValueType type) { return kGetTypes[IndexOf(type)]; }

std::string_view CountTypeClause(bool up, ValueType type) {
  return (up ? kIncTypes : kDecTypes)[IndexOf(type)];
}

}  // namespace cmapsim
