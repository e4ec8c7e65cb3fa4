#include <cstdlib>

#include "sim/cmap/store.h"

namespace cmapsim {
namespace {

#define READ_ONLY_PREFIX(prefix)
#define READ_ONLY_KEY(key)
std::vector<FirstKey> RecordedKeys() {
  std::vector<FirstKey> keys;
  const auto add = [&keys](const char* key, const char* text) {
    std::optional<Value> value = ParseValue(text);
    if (!value) std::abort();  // not as it was recorded
    keys.push_back({key, std::move(*value), false});
  };
#define FIRST_KEY(key, value) add(key, value);
#include "sim/cmap/fresh_corosync_3_1_7.inc"
#undef FIRST_KEY
  return keys;
}
#undef READ_ONLY_PREFIX
#undef READ_ONLY_KEY

#define FIRST_KEY(key, value)
#define READ_ONLY_KEY(key)
#define READ_ONLY_PREFIX(prefix) prefix,
const char* const kReadOnlyPrefixes[] = {
#include "sim/cmap/fresh_corosync_3_1_7.inc"
};
#undef READ_ONLY_PREFIX
#undef READ_ONLY_KEY

#define READ_ONLY_PREFIX(prefix)
#define READ_ONLY_KEY(key) key,
const char* const kReadOnlyKeys[] = {
#include "sim/cmap/fresh_corosync_3_1_7.inc"
};
#undef READ_ONLY_KEY
#undef READ_ONLY_PREFIX
#undef FIRST_KEY

}  // namespace

const KeyTable& FreshCorosyncKeys() {
  static const KeyTable table(RecordedKeys(),
                              {std::begin(kReadOnlyPrefixes), std::end(kReadOnlyPrefixes)},
                              {std::begin(kReadOnlyKeys), std::end(kReadOnlyKeys)});
  return table;
}

}  // namespace cmapsim
