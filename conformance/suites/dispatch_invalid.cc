// Dispatch types that there are not, and handles that are none.

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

struct Case {
  uint32_t times;
  uint32_t choice;
  uint32_t number;
  uint32_t high;
  uint32_t events;
};

rc::Gen<Case> Cases(uint32_t choices) {
  return Record<Case>({{&Case::times, 3},
                       {&Case::choice, choices},
                       {&Case::number, 0xffff'ffff},
                       {&Case::high, 0xffff'ffff},
                       {&Case::events, 4}});
}

constexpr int32_t kTypes[] = {0, 5, -1, INT32_MIN, INT32_MAX, 8, 256 + kDispatchAll};
constexpr uint32_t kTypeChoices = 16;  // those beyond the table are drawn

int32_t InvalidType(const Case& c) {
  if (c.choice < std::size(kTypes)) return kTypes[c.choice];
  const auto type = static_cast<int32_t>(c.number);
  return type >= kDispatchOne && type <= kDispatchOneNonblocking ? -type : type;
}

// A library that took it for a type that waits would wait for ever; simulated, a kill ends that in
// some of the cases.
void DispatchInvalid(Script& script, const Case& c) {
  if (!script.options().live && c.high % 2 == 0) {
    script.ServiceLater(ServiceAction::kKill, kSecond);
  }
  script.Add(Dispatch(InvalidType(c)));
}

rc::Gen<Plan> InvalidTypeNothingPending(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    script.Connect(0);
    if (c.events != 0) script.Track("test.", kTrackAll | kTrackPrefix);
    DispatchInvalid(script, c);
    return script.End();
  };
  return Plans(write, Cases(kTypeChoices));
}

rc::Gen<Plan> InvalidTypeEventsPending(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.Apply(change);
    DispatchInvalid(script, c);
    return script.End();
  };
  return Plans(write, Cases(kTypeChoices), Changes(1, 6));
}

rc::Gen<Plan> InvalidTypeOnBadHandle(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    script.Connect(0);
    script.Add(Finalize());
    script.Add(Dispatch(InvalidType(c)));
    script.Add(WithHandle(Dispatch(InvalidType(c)), c.high));
    return script.Done();
  };
  return Plans(write, Cases(kTypeChoices));
}

// Another connection is open and has events pending: a wrong handle must not reach it.
rc::Gen<Plan> BadHandle(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    if (c.events != 0) {
      script.Connect(0);
      script.Track("test.", kTrackAll | kTrackPrefix);
      for (uint32_t i = 1; i < c.events; ++i) script.Apply({});
    }
    const Step dispatch = WithBadHandle(Dispatch(mode, 1), c.choice, c.number, c.high);
    for (uint32_t i = 0; i <= c.times; ++i) script.Add(dispatch);
    return script.End();
  };
  return Plans(write, Cases(kBadHandleChoices));
}

rc::Gen<Plan> FinalizedHandle(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    if (c.events != 0) script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.Apply(change);
    script.Add(Finalize());
    if (c.choice == 1) script.Connect(1);
    if (c.choice == 2) script.Add(OfService(ServiceAction::kKill));
    for (uint32_t i = 0; i <= c.times; ++i) script.Add(Dispatch(mode));
    return script.End();
  };
  return Plans(write, Cases(options.live ? 2 : 3), Changes(0, 4));
}

}  // namespace

void AddInvalidSituations(std::vector<Property>& out) {
  const std::string invalid = "cmap_dispatch.possible_types";
  out.push_back({.name = "dispatch/invalid-type/nothing-pending",
                 .clauses = {invalid},
                 .sentence = "a dispatch type that there is not, where nothing is pending",
                 .live = true,
                 .generate = &InvalidTypeNothingPending});
  out.push_back({.name = "dispatch/invalid-type/events-pending",
                 .clauses = {invalid},
                 .sentence = "a dispatch type that there is not, where events are pending",
                 .live = true,
                 .generate = &InvalidTypeEventsPending});
  out.push_back({.name = "dispatch/invalid-type/bad-handle",
                 .clauses = {"cmap_dispatch.returns", "undocumented.invalid_handle"},
                 .sentence = "a dispatch type that there is not, on a handle that is none",
                 .live = true,
                 .generate = &InvalidTypeOnBadHandle});
  AddForEachMode<&BadHandle>(out,
                             {.name = "bad-handle",
                              .sentence = "the handle never was one",
                              .clauses = {"cmap_dispatch.returns", "undocumented.invalid_handle"},
                              .promise = Promise::kNone});
  AddForEachMode<&FinalizedHandle>(
      out, {.name = "finalized-handle",
            .sentence = "the handle has been finalized",
            .clauses = {"cmap_finalize.no_more_callbacks", "cmap_finalize.handle_not_reused",
                        "undocumented.invalid_handle"},
            .promise = Promise::kNone});
}

}  // namespace cmapsim::suite
