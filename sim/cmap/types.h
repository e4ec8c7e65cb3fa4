// Words of the CMAP service that its parts share.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/core/value.h"

namespace cmapsim {

// cs_error_t by number (corosync/corotypes.h).
enum class CsError : int32_t {
  kOk = 1,
  kLibrary = 2,
  kTryAgain = 6,
  kInvalidParam = 7,
  kNoMemory = 8,
  kBadHandle = 9,
  kBusy = 10,
  kAccess = 11,
  kNotExist = 12,
  kNameTooLong = 13,
  kNotSupported = 19,
  kNoSections = 27,
};

using ConnectionId = int32_t;

struct ValueView {
  ValueType type = ValueType::kUnset;
  std::string_view bytes;  // as the map holds it: a string ends with its NUL
};

// One change as told to one tracker. Views are valid during the call that delivers it.
struct Notification {
  uint64_t instance = 0;  // as given to track_add
  uint64_t track_handle = 0;
  int32_t event = 0;  // one of kTrackAdd, kTrackDelete, kTrackModify
  std::string_view key;
  ValueView new_value;  // type kUnset: none
  ValueView old_value;
};

}  // namespace cmapsim
