#include "sim/cmap/store.h"

namespace cmapsim {
namespace {

// Of a corosync 3.1.7: exec/main.c sets them at the start; the quorum keys come with votequorum.
// Verified by trying.
const std::vector<std::string>& ReadOnlyPrefixes() {
  static const std::vector<std::string> prefixes = {
      "internal_configuration.", "runtime.services.", "runtime.config.", "runtime.totem.",
      "uidgid.config.",          "system.",           "nodelist.",
  };
  return prefixes;
}

}  // namespace

const KeyTable& FreshCorosyncKeys() {
  static const KeyTable table({}, ReadOnlyPrefixes());
  return table;
}

}  // namespace cmapsim
