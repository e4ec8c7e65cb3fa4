#include "sim/core/operations.h"

namespace cmapsim {

bool AsksService(Op op) {
  if (TypeSetBy(op) || TypeGotBy(op)) return true;
  switch (op) {
    case Op::kInitialize:
    case Op::kInitializeMap:
    case Op::kSet:
    case Op::kGet:
    case Op::kDelete:
    case Op::kInc:
    case Op::kDec:
    case Op::kIterInit:
    case Op::kIterNext:
    case Op::kIterFinalize:
    case Op::kTrackAdd:
    case Op::kTrackDelete:
      return true;
    default:
      return false;
  }
}

bool ChangesKey(Op op) {
  return op == Op::kSet || TypeSetBy(op) || op == Op::kDelete || op == Op::kInc || op == Op::kDec;
}

}  // namespace cmapsim
