// cmap_track_add and cmap_track_delete: what is tracked, what is refused, what a deletion ends.

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

struct Case {
  uint32_t choice;
  uint32_t mask;
  uint32_t times;
  uint32_t low;
  uint32_t high;
};

rc::Gen<Case> Cases(uint32_t choices) {
  return Record<Case>({{&Case::choice, choices},
                       {&Case::mask, 16},
                       {&Case::times, 4},
                       {&Case::low, 0xffff'ffff},
                       {&Case::high, 0xffff'ffff}});
}

// Every mask, none at all too, on a key, a prefix, and by NULL on everything.
rc::Gen<Plan> Masks(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& before,
                         const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    for (const Change& change : before) script.Apply(change);
    constexpr std::string_view kTracked[] = {"test.a", "test.", "test.a.", "test.b"};
    Step& track = script.Track(kTracked[c.choice % 4], static_cast<int32_t>(c.mask));
    // The daemon has changes of its own, which would show.
    if (c.choice >= 4 && !options.live) track.key.reset();
    for (const Change& change : changes) script.Apply(change);
    return script.End();
  };
  return Plans(write, Cases(5), Changes(0, 5), Changes(0, 12));
}

rc::Gen<Plan> Values(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (Change change : changes) {
      if (c.choice == 0) change.key = 0;  // old and new value of one key
      script.Apply(change);
    }
    return script.End();
  };
  return Plans(write, Cases(2), LargeChanges(1, 12));
}

constexpr uint32_t kInvalidMasks = 8;

int32_t InvalidMask(const Case& c) {
  constexpr int32_t kMasks[] = {16, -1, INT32_MIN, 0x100, kTrackAll | 32, INT32_MAX};
  if (c.choice < std::size(kMasks)) return kMasks[c.choice];
  const auto mask = static_cast<int32_t>(c.low);
  return (mask & ~15) == 0 ? mask | 64 : mask;
}

// Refused, it tracks nothing.
rc::Gen<Plan> InvalidMasks(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    script.Track("test.a", InvalidMask(c));
    if (c.times != 0) script.Track("test.a", kTrackAll);
    for (const Change& change : changes) script.Apply(change);
    return script.End();
  };
  return Plans(write, Cases(kInvalidMasks), Changes(0, 5));
}

rc::Gen<Plan> NullArguments(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    const auto mask = static_cast<int32_t>(c.mask);
    Step& track = script.Track("test.a", c.choice == 0 ? kTrackAll : mask);
    track.null_notify = c.choice != 2;
    track.null_output = c.choice >= 2;
    if (c.times != 0) script.Track("test.a", kTrackAll);
    for (const Change& change : changes) script.Apply(change);
    return script.End();
  };
  return Plans(write, Cases(4), Changes(0, 4));
}

// Names as short and as long as they can be and beyond, and with characters that no key has.
rc::Gen<Plan> Names(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    constexpr size_t kLengths[] = {3, 1, 2, 254, 255, 256, 257, 300, 1000};
    std::string name = c.choice < std::size(kLengths)    ? std::string(kLengths[c.choice], 'x')
                       : c.choice == std::size(kLengths) ? "test a"
                                                         : "test.\xc3\xa4";
    const int32_t prefix = c.mask >= 8 ? kTrackPrefix : 0;
    Script script(options);
    script.Connect(0);
    script.Track(name, kTrackAll | prefix);
    script.Add(ByPeer(Set(name, Value::Integer(ValueType::kUInt8, 1))));
    script.Add(ByPeer(Set(name + "y", Value::Integer(ValueType::kUInt8, 1))));
    script.Add(TrackDelete(0));
    return script.End();
  };
  return Plans(write, Cases(11));
}

// A change to the same value is none, whoever makes it.
rc::Gen<Plan> Unchanged(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) {
      Step step = script.StepFor(change);
      for (uint32_t i = 0; i <= c.times; ++i) {
        if (i > 0 && step.op != Op::kSet) break;
        script.Add(step);
      }
    }
    return script.End();
  };
  return Plans(write, Cases(1), LargeChanges(1, 6));
}

// Every mask, exact and prefix, several on one key, told of changes that the client makes by
// shortcuts, by cmap_set, inc and dec; one of them deletes itself in its callback.
rc::Gen<Plan> Combined(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    for (uint32_t i = 0; i <= c.times; ++i) {
      constexpr std::string_view kTracked[] = {"test.a", "test.", "test.b", "test.a."};
      const auto mask = static_cast<int32_t>((c.mask + i * (c.low % 16)) % 16);
      Step& track = script.Track(kTracked[(c.choice + i * (c.high % 4)) % 4], mask);
      if (i == 1) {
        track.on_callback = {{.nth = 1 + c.high % 2, .steps = {TrackDelete(1)}}};
      }
    }
    uint32_t count = 0;
    for (const Change& change : changes) {
      script.Add(ByShortcut(script.StepFor(change)));
      if (++count % 3 == 0 && c.low % 2 == 0) script.Add(Dispatch(kDispatchAll));
    }
    return script.End();
  };
  return Plans(write, Cases(4), LargeChanges(1, 12));
}

// After the deletion nothing more comes of it, whether changed before or after.
rc::Gen<Plan> Deleted(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& before,
                         const std::vector<Change>& after) {
    Script script(options);
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : before) script.Apply(change);
    if (c.choice != 0) script.Add(Dispatch(kDispatchAll));
    script.Add(TrackDelete(static_cast<int32_t>(c.times % 2)));
    for (const Change& change : after) script.Apply(change);
    return script.End();
  };
  return Plans(write, Cases(2), Changes(0, 5), Changes(0, 5));
}

rc::Gen<Plan> DeletedTwice(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    script.Track("test.a", kTrackAll);
    if (c.choice != 0) script.Track("test.a", kTrackAll);
    for (const Change& change : changes) script.Apply(change);
    for (uint32_t i = 0; i < 2 + c.times; ++i) script.Add(TrackDelete(0));
    return script.End();
  };
  return Plans(write, Cases(2), Changes(0, 3));
}

// Numbers, that of a tracker of another connection, and that of a finalized connection.
rc::Gen<Plan> DeletedWithInvalidHandle(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    script.Connect(1);
    script.Track("test.", kTrackAll | kTrackPrefix);
    Step step = TrackDelete(0);
    constexpr uint64_t kHandles[] = {0, 1, UINT64_MAX, uint64_t{UINT32_MAX} << 32};
    if (c.choice < std::size(kHandles)) {
      step.raw_track = kHandles[c.choice];
    } else if (c.choice == 4) {
      step.raw_track = uint64_t{c.high} << 32 | c.low;
    } else if (c.choice == 5) {
      step.tracker = 9;  // a slot without a tracker
    } else {
      step.connection = 1;
    }
    for (uint32_t i = 0; i <= c.times % 2; ++i) script.Add(step);
    for (const Change& change : changes) script.Apply(change);
    return script.End();
  };
  return Plans(write, Cases(7), Changes(0, 4));
}

rc::Gen<Plan> ServiceGone(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.Apply(change);
    script.Add(OfService(ServiceAction::kKill));
    if (c.times >= 2) script.Add(OfService(ServiceAction::kStart));
    if (c.choice != 1) script.Add(TrackDelete(0));
    if (c.choice != 0) script.Track("test.", kTrackAll | kTrackPrefix);
    return script.End();
  };
  return Plans(write, Cases(3), Changes(0, 3));
}

}  // namespace

void AddTrackingProperties(std::vector<Property>& out) {
  const auto add = [&out](std::string_view name, std::string_view sentence, Clauses clauses,
                          rc::Gen<Plan> (*generate)(const GenerateOptions&)) {
    out.push_back({.name = "tracking/" + std::string(name),
                   .clauses = std::move(clauses),
                   .sentence = std::string(sentence),
                   .live = true,
                   .generate = generate});
  };
  add("masks", "each mask tells just the events that it asks for",
      CallbackClauses({"cmap_track_add.track_type.add", "cmap_track_add.track_type.delete",
                       "cmap_track_add.track_type.modify", "cmap_track_add.track_type.prefix",
                       "cmap_track_add.track_type.prefix_never_returned", "cmap_track_add.key_name",
                       "undocumented.track_add.empty_track_type",
                       "undocumented.track_add.null_key"}),
      &Masks);
  add("values", "old and new value of every type and size",
      CallbackClauses({"cmap_track_add.callback.unset_fields"}), &Values);
  add("invalid-mask", "a mask with bits that mean nothing", {"cmap_track_add.invalid_track_type"},
      &InvalidMasks);
  add("null-arguments", "NULL as the function, or as the place for the handle",
      {"cmap_track_add.invalid_notify_fn", "undocumented.null_output"}, &NullArguments);
  add("names", "names of all lengths, and ones that no key can have",
      {"cmap_track_add.returns", "cmap_track_add.handle", "cmap_track_add.cmap_track_handle",
       "undocumented.track_add.long_key"},
      &Names);
  add("unchanged", "a key set to what it is tells nothing",
      CallbackClauses({"cmap_track_add.track_type.modify"}), &Unchanged);
  add("combined", "several trackers of any mask, told of what shortcuts, inc and dec change",
      CallbackClauses({"cmap_track_add.several_times", "cmap_track_add.several_keys"}), &Combined);
  add("deleted", "a deleted tracker tells nothing more",
      {"cmap_track_delete.removes", "cmap_track_delete.returns", "cmap_track_delete.handle"},
      &Deleted);
  add("deleted-twice", "deleting a deleted tracker", {"cmap_track_delete.bad_handle"},
      &DeletedTwice);
  add("deleted-by-invalid-handle", "deleting what is no tracker of this connection",
      {"cmap_track_delete.bad_handle"}, &DeletedWithInvalidHandle);
  add("service-gone", "adding and deleting trackers where the service was killed",
      {"cmap_track_add.errors.CS_ERR_LIBRARY", "cmap_track_delete.errors.CS_ERR_LIBRARY"},
      &ServiceGone);
}

}  // namespace cmapsim::suite
