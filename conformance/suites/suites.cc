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

namespace {

// The clause that says what a mode does, or does where nothing is pending.
std::string_view ModeClause(int32_t mode, bool nothing) {
  switch (mode) {
    case kDispatchOne:
      return "cmap_dispatch.one";
    case kDispatchAll:
      return "cmap_dispatch.all";
    case kDispatchBlocking:
      return "cmap_dispatch.blocking";
    default:
      return nothing ? "cmap_dispatch.one_nonblocking.try_again" : "cmap_dispatch.one_nonblocking";
  }
}

}  // namespace

Clauses CallbackClauses(Clauses more) {
  Clauses clauses = {"cmap_dispatch.dispatches",
                     "cmap_track_add.notify_fn",
                     "cmap_track_add.user_data",
                     "cmap_track_add.callback.cmap_handle",
                     "cmap_track_add.callback.cmap_track_handle",
                     "cmap_track_add.callback.event",
                     "cmap_track_add.callback.key_name",
                     "cmap_track_add.callback.new_value",
                     "cmap_track_add.callback.old_value"};
  clauses.insert(clauses.end(), more.begin(), more.end());
  return clauses;
}

Property MakeProperty(int32_t mode, const Situation& situation,
                      rc::Gen<Plan> (*generate)(const GenerateOptions&)) {
  Property property;
  property.name = "dispatch/" + std::string(ModeWord(mode)) + "/" + std::string(situation.name);
  property.sentence = DispatchModeName(mode) + " where " + std::string(situation.sentence);
  property.live = situation.live;
  property.generate = generate;
  if (situation.promise != Promise::kNone) {
    const bool nothing = situation.promise == Promise::kNothing;
    property.clauses.emplace_back(ModeClause(mode, nothing));
  }
  const auto add = [&property](const Clauses& clauses) {
    property.clauses.insert(property.clauses.end(), clauses.begin(), clauses.end());
  };
  add(situation.clauses);
  if (mode == kDispatchOne) add(situation.in_one);
  if (mode == kDispatchAll) add(situation.in_all);
  return property;
}

}  // namespace suite

const std::vector<Property>& AllProperties() {
  static const std::vector<Property> properties = [] {
    std::vector<Property> all;
    // First: what they show should not wait for what may cost a daemon, or be left out behind it.
    suite::AddPartProperties(all);
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
    suite::AddValueProperties(all);
    suite::AddTypedProperties(all);
    suite::AddIterationProperties(all);
    suite::AddMapProperties(all);
    suite::AddConnectionProperties(all);
    suite::AddAnythingProperties(all);
    suite::AddThreadProperties(all);
    suite::AddFaultProperties(all);
    return all;
  }();
  return properties;
}

}  // namespace cmapsim
