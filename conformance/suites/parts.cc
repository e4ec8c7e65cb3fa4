// All parts of what a clause speaks of in each plan, so that none hangs on luck: each character at each place of a name,
// each length at a limit, each type as each other, both maps. What is drawn is only the order and who does it.

#include <algorithm>

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

constexpr size_t kLongestValue = 16 * 1024;

struct Case {
  uint32_t first;   // where the order begins
  uint32_t by;      // who changes keys
  uint32_t number;  // makes values differ
};

rc::Gen<Case> Cases() {
  return Record<Case>({{&Case::first, 256}, {&Case::by, 2}, {&Case::number, 200}});
}

Value Small(uint32_t number) { return Value::Integer(ValueType::kUInt8, number); }

// --- characters

bool IsAllowed(char c) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:";
  return kAllowed.find(c) != std::string_view::npos;
}

// Every byte but zero, at one place of a short name. One that names may have is taken and found again.
template <uint32_t kPlace>
rc::Gen<Plan> Characters(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    script.Connect(0);
    for (uint32_t i = 0; i < 255; ++i) {
      const auto character = static_cast<char>(1 + (i + c.first) % 255);
      std::string name = "testv";
      constexpr size_t kPlaces[] = {0, 2, 4};
      name[kPlaces[kPlace]] = character;
      script.Add(Set(name, Small(c.number)));
      if (IsAllowed(character)) script.Add(Get(name, 8));
    }
    return script.End();
  };
  return Plans(write, Cases());
}

// --- lengths of names

// Everything that takes a name, with a name that exists.
void UseName(Script& script, const std::string& name, uint32_t number, int32_t iterator) {
  script.Track(name, kTrackAll);
  script.Add(Set(name, Small(number)));
  script.Add(Get(name, 8));
  script.Add(OnKey(Op::kInc, name));
  script.Add(OnKey(Op::kDec, name));
  script.Add(Dispatch(kDispatchAll));
  script.Add(TrackDelete(script.trackers() - 1));
  script.Add(IterInit(iterator, name));
  script.Add(IterNext(iterator));
  script.Add(IterFinalize(iterator));
  script.Add(Delete(name));
  script.Add(Get(name, 8));
}

rc::Gen<Plan> NameLengths(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    script.Connect(0);
    constexpr size_t kTaken[] = {3, 4, 254, 255};
    constexpr size_t kRefused[] = {0, 1, 2, 256, 257, 1000};
    for (size_t i = 0; i < std::size(kRefused); ++i) {
      const size_t length = kRefused[(i + c.first) % std::size(kRefused)];
      script.Add(Set(std::string(length, 'n'), Small(c.number)));
    }
    for (uint32_t i = 0; i < std::size(kTaken); ++i) {
      const size_t length = kTaken[(i + c.first) % std::size(kTaken)];
      UseName(script, std::string(length, 'n'), c.number, static_cast<int32_t>(i));
    }
    return script.End();
  };
  return Plans(write, Cases());
}

// --- values

// The least and the most of a type of integers.
Value Limit(ValueType type, bool most) {
  const bool has_sign = type == ValueType::kInt8 || type == ValueType::kInt16 ||
                        type == ValueType::kInt32 || type == ValueType::kInt64;
  std::string bytes(FixedValueSize(type), most ? '\xff' : '\0');
  if (has_sign) bytes.back() = most ? '\x7f' : '\x80';
  return {type, std::move(bytes)};
}

void SetAndGet(Script& script, const std::string& key, const Value& value) {
  const auto length =
      static_cast<uint32_t>(value.bytes.size() + (value.type == ValueType::kString ? 1 : 0));
  script.Add(Set(key, value));
  script.Add(Get(key, length));
  script.Add(Get(key, length + 1));
  // Into a buffer of no bytes corosync's library writes what crashes it at times: values/round-trip has that.
  if (length > 1) script.Add(Get(key, length - 1));
  if (length > 2) script.Add(Get(key, length / 2));
  script.Add(Get(key, std::nullopt));
}

rc::Gen<Plan> ValueLimits(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    script.Connect(0);
    for (uint32_t i = 0; i < kTypeCount; ++i) {
      const ValueType type = TypeOf(i + c.first);
      const std::string key = "test.v" + std::string(ValueTypeName(type));
      const auto fill = static_cast<char>('a' + c.number % 26);
      if (type == ValueType::kString || type == ValueType::kBinary) {
        const bool text = type == ValueType::kString;
        SetAndGet(script, key, {type, std::string(text ? 0 : 1, fill)});
        SetAndGet(script, key, {type, std::string(kLongestValue, fill)});
        SetAndGet(script, key, {type, std::string(kLongestValue - 1, fill)});
      } else if (type == ValueType::kFloat || type == ValueType::kDouble) {
        SetAndGet(script, key, MakeValue(i + c.first, 0, c.number));
      } else {
        SetAndGet(script, key, Limit(type, false));
        SetAndGet(script, key, Limit(type, true));
      }
    }
    return script.End();
  };
  return Plans(write, Cases());
}

// Up and down within, and beyond the most and the least of each type of integers; what is none is refused.
rc::Gen<Plan> Counting(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    script.Connect(0);
    const auto count = [&script](Op op, const std::string& key) {
      script.Add(OnKey(op, key));
      script.Add(Get(key, 16));
    };
    for (uint32_t i = 0; i < kTypeCount; ++i) {
      const ValueType type = TypeOf(i + c.first);
      const std::string key = "test.c" + std::string(ValueTypeName(type));
      const bool integer = type >= ValueType::kInt8 && type <= ValueType::kUInt64;
      script.Add(Set(key, MakeValue(i + c.first, 0, 5 + c.number % 100)));
      count(Op::kInc, key);
      if (integer) script.Add(Set(key, MakeValue(i + c.first, 0, 7 + c.number % 100)));
      count(Op::kDec, key);
      if (!integer) continue;
      script.Add(Set(key, Limit(type, true)));
      count(Op::kInc, key);
      script.Add(Set(key, Limit(type, false)));
      count(Op::kDec, key);
    }
    return script.End();
  };
  return Plans(write, Cases());
}

// A key of each type, got by the function for each type.
rc::Gen<Plan> PairsOfTypes(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    script.Connect(0);
    for (uint32_t i = 0; i < kTypeCount; ++i) {
      script.Add(ByShortcut(Set("test.a", MakeValue(i + c.first, 0, c.number))));
      for (int asked = 1; asked <= static_cast<int>(ValueType::kString); ++asked) {
        script.Add(GetTyped(static_cast<ValueType>(asked), "test.a"));
      }
    }
    return script.End();
  };
  return Plans(write, Cases());
}

// --- tracking and dispatching

Step By(const Case& c, Step step) { return c.by == 0 ? ByPeer(std::move(step)) : std::move(step); }

// Each kind of change, of each type, told by trackers of the key and of a prefix that ask for it alone.
rc::Gen<Plan> Tracked(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    script.Connect(0);
    for (const int32_t kind : {kTrackAdd, kTrackModify, kTrackDelete}) {
      script.Track("test.a", kind);
      script.Track("test.", kind | kTrackPrefix);
    }
    for (uint32_t i = 0; i < kTypeCount; ++i) {
      script.Add(By(c, Set("test.a", MakeValue(i + c.first, 0, c.number))));
      script.Add(By(c, Set("test.a", MakeValue(i + c.first, 1, c.number + 1))));
      script.Add(By(c, Delete("test.a")));
      script.Add(Dispatch(kDispatchAll));
    }
    return script.End();
  };
  return Plans(write, Cases());
}

// One event for each mode; that of BLOCKING finalizes the connection, which ends it.
rc::Gen<Plan> Modes(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    script.Begin(kDispatchBlocking, Ending::kFinalizeInCallback);
    script.Track("test.", kTrackAll | kTrackPrefix);
    constexpr int32_t kModes[] = {kDispatchOne, kDispatchAll, kDispatchOneNonblocking};
    for (uint32_t i = 0; i < std::size(kModes); ++i) {
      script.Add(By(c, Set("test.a", Small(c.number + i))));
      script.Add(Dispatch(kModes[(i + c.first) % std::size(kModes)]));
    }
    script.Dispatch(kDispatchBlocking, 1);
    return script.Done();
  };
  return Plans(write, Cases());
}

// --- iterations and maps

rc::Gen<Plan> Iterated(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    script.Connect(0);
    for (uint32_t i = 0; i < kTypeCount; ++i) {
      const std::string type(ValueTypeName(TypeOf(i + c.first)));
      script.Add(By(c, Set("test.i" + type, MakeValue(i + c.first, i % kSizeCount, c.number))));
    }
    for (const std::string_view prefix : {"test.", "test.int8", "test.iu", "tes", "test.x"}) {
      script.Add(IterInit(0, std::string(prefix)));
      for (uint32_t i = 0; i <= kTypeCount; ++i) script.Add(IterNext(0));
      script.Add(IterFinalize(0));
    }
    return script.End();
  };
  return Plans(write, Cases());
}

// Each map iterated, looked up, changed and tracked, in ways that the other one would show.
rc::Gen<Plan> Maps(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    constexpr int32_t kIcmap = 0;
    constexpr int32_t kStats = 1;
    Script script(options);
    script.ConnectTo(kIcmap, 0);
    script.ConnectTo(kStats, 1);
    script.Add(Set("test.a", Small(c.number), 0));
    script.Add(Set("test.a.b", Small(c.number), 0));
    constexpr std::string_view kPrefixes[] = {"test.", "stats.", "stats.ipcs.", "stats.srp.",
                                              "stats.none."};
    for (const int32_t map : {kIcmap, kStats}) {
      for (uint32_t i = 0; i < std::size(kPrefixes); ++i) {
        script.Add(IterInit(0, std::string(kPrefixes[(i + c.first) % std::size(kPrefixes)]), map));
        for (int next = 0; next < 4; ++next) script.Add(IterNext(0, map));
        script.Add(IterFinalize(0, map));
      }
      script.Add(Get("test.a", 8, map));
    }
    for (const Op op : {Op::kDelete, Op::kInc, Op::kDec}) script.Add(OnKey(op, "test.a", kStats));
    script.Add(Set("test.a", Small(c.number), kStats));
    script.Track("stats.ipcs.global.active", kTrackModify, kStats);
    script.Track("stats.", kTrackAdd | kTrackDelete | kTrackPrefix, kStats);
    script.Track("stats.", kTrackModify | kTrackPrefix, kStats);
    script.Add(Finalize(0));
    script.Add(Finalize(1));
    return script.Done();
  };
  return Plans(write, Cases());
}

}  // namespace

void AddPartProperties(std::vector<Property>& out) {
  const Adder add(out, "parts");
  const Clauses characters = {"cmap_set.returns", "cmap_set.key_characters", "cmap_get.value",
                              "undocumented.set.key_characters"};
  add("characters/first", "each character as the first of a name", characters, &Characters<0>);
  add("characters/middle", "each character within a name", characters, &Characters<1>);
  add("characters/last", "each character as the last of a name", characters, &Characters<2>);
  add("name-lengths", "names as short and as long as can be, and beyond",
      {"cmap_set.returns", "cmap_set.key_length", "cmap_set.key_limits", "cmap_get.returns",
       "cmap_delete.returns", "cmap_inc.returns", "cmap_dec.returns", "cmap_track_add.returns",
       "cmap_iter_init.returns"},
      &NameLengths);
  add("value-limits", "values at both ends of each type, into buffers that fit and that do not",
      {"cmap_set.returns", "cmap_get.value", "cmap_get.no_value", "cmap_get.short_buffer",
       "cmap_get.length_checked"},
      &ValueLimits);
  add("counting", "each type counted up and down, within its limits and beyond",
      {"cmap_inc.increases", "cmap_inc.overflow", "cmap_inc.types", "cmap_dec.decreases",
       "cmap_dec.overflow", "cmap_dec.types"},
      &Counting);
  add("pairs-of-types", "a key of each type, got by the function for each type",
      {"cmap_get.shortcuts.other_type"}, &PairsOfTypes);
  add("tracked", "each kind of change, of each type, told by trackers of a key and of a prefix",
      {"cmap_track_add.track_type.add", "cmap_track_add.track_type.delete",
       "cmap_track_add.track_type.modify", "cmap_track_add.callback.new_value",
       "cmap_track_add.callback.old_value"},
      &Tracked);
  add("modes", "an event dispatched in each mode", {"cmap_dispatch.dispatches"}, &Modes);
  add("iterated", "keys of each type, iterated by several prefixes",
      {"cmap_iter_init.prefix", "cmap_iter_next.type", "cmap_iter_next.value_len"}, &Iterated);
  add("maps", "either map, in ways that the other one would show",
      {"cmap_iter_init.prefix", "cmap_initialize_map.stats", "cmap_initialize_map.icmap",
       "cmap_track_add.notes.stats_keys", "cmap_track_add.notes.stats_prefixes",
       "undocumented.stats_map"},
      &Maps);
}

}  // namespace cmapsim::suite
