#include "conformance/suite.h"
#include "conformance/suites/registry.h"

namespace cmapsim {
namespace suite {

std::string_view ModeWord(int32_t mode) {
  switch (mode) {
    case kDispatchOne:
      return "one";
    case kDispatchAll:
      return "all";
    case kDispatchBlocking:
      return "blocking";
    default:
      return "one-nonblocking";
  }
}

std::string_view ModeClause(int32_t mode) {
  switch (mode) {
    case kDispatchOne:
      return "cmap_dispatch.one";
    case kDispatchAll:
      return "cmap_dispatch.all";
    case kDispatchBlocking:
      return "cmap_dispatch.blocking";
    default:
      return "cmap_dispatch.one_nonblocking";
  }
}

Clauses CallbackClauses() {
  return {"cmap_dispatch.dispatches",
          "cmap_track_add.notify_fn",
          "cmap_track_add.user_data",
          "cmap_track_add.callback.cmap_handle",
          "cmap_track_add.callback.cmap_track_handle",
          "cmap_track_add.callback.event",
          "cmap_track_add.callback.key_name",
          "cmap_track_add.callback.new_value",
          "cmap_track_add.callback.old_value"};
}

}  // namespace suite

const std::vector<Property>& AllProperties() {
  static const std::vector<Property> properties = [] {
    std::vector<Property> all;
    suite::AddPendingSituations(all);
    suite::AddTrackerSituations(all);
    suite::AddCallbackSituations(all);
    suite::AddServiceSituations(all);
    suite::AddDelaySituations(all);
    suite::AddBacklogSituations(all);
    suite::AddInvalidSituations(all);
    suite::AddLifecycleProperties(all);
    suite::AddHandleProperties(all);
    suite::AddTrackingProperties(all);
    return all;
  }();
  return properties;
}

}  // namespace cmapsim
