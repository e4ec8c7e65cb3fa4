// The shortcuts: cmap_set_uint8, cmap_get_string and their kin.

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

constexpr uint32_t kShortcuts = 11;

struct Use {
  uint32_t kind;  // 0 set by shortcut, 1 by cmap_set, 2 not at all; then deleted
  uint32_t key;
  uint32_t type;
  uint32_t size;
  uint32_t got;    // which shortcut reads it: that of its type, or any
  uint32_t other;  // as which type
};

rc::Gen<std::vector<Use>> Uses(size_t max) {
  return Records<Use>(1, max,
                      {{&Use::kind, 5},
                       {&Use::key, kKeyCount},
                       {&Use::type, kTypeCount},
                       {&Use::size, kSizeCount},
                       {&Use::got, 4},
                       {&Use::other, kShortcuts}});
}

ValueType ShortcutType(uint32_t choice) { return static_cast<ValueType>(1 + choice % kShortcuts); }

// What is set by one is got by the others as the type says.
rc::Gen<Plan> RoundTrip(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Use>& uses) {
    Script script(options);
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    uint32_t number = 0;
    for (const Use& u : uses) {
      const std::string& key = KeyName(u.key);
      const Value value = MakeValue(u.type, u.size, ++number);
      const ValueType type = value.type;
      if (u.kind < 2) {
        Step step = Set(key, value);
        script.Add(u.kind == 0 ? ByShortcut(std::move(step)) : std::move(step));
      } else if (u.kind == 2) {
        script.Add(Delete(key));
      }
      const bool own = u.got < 2 && type != ValueType::kBinary;
      script.Add(GetTyped(own ? type : ShortcutType(u.other), key));
      if (u.got == 1) script.Add(Get(key, 20000));
    }
    return script.End();
  };
  return Plans(write, Uses(16));
}

// A key of each type, got as every other.
rc::Gen<Plan> EveryPair(const GenerateOptions& options) {
  const auto write = [=](const Use& u) {
    Script script(options);
    script.Connect(0);
    script.Add(ByShortcut(Set("test.a", MakeValue(u.type, u.size, u.key))));
    for (uint32_t i = 0; i < kShortcuts; ++i) {
      script.Add(GetTyped(ShortcutType(i + u.other), "test.a"));
    }
    return script.End();
  };
  return Plans(write, Record<Use>({{&Use::kind, 1},
                                   {&Use::key, 300},
                                   {&Use::type, kTypeCount},
                                   {&Use::size, kSizeCount},
                                   {&Use::got, 1},
                                   {&Use::other, kShortcuts}}));
}

// NULL for the key, the string and the output, and names that no key has.
rc::Gen<Plan> Arguments(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Use>& uses) {
    Script script(options);
    script.Connect(0);
    script.Add(Set("test.a", MakeValue(0, 0, 1)));
    for (const Use& u : uses) {
      const ValueType type = ShortcutType(u.other);
      const std::string name = u.size < 2   ? "test.a"
                               : u.size < 4 ? std::string(size_t{250} + 2 * u.type, 'n')
                               : u.size < 6 ? std::string(u.type, 'n')
                                            : "test n";
      Step set = Set(name, type == ValueType::kString
                               ? Value::String("x")
                               : Value{type, std::string(FixedValueSize(type), '\1')});
      set = ByShortcut(std::move(set));
      if (u.got == 0) set.key.reset();
      if (u.got == 1 && set.op == Op::kSetString) set.value.reset();
      Step get = GetTyped(type, name);
      if (u.kind == 1) get.key.reset();
      if (u.kind != 0) script.Add(std::move(set));
      script.Add(std::move(get));
    }
    return script.End();
  };
  return Plans(write, Uses(6));
}

rc::Gen<Plan> NullOutput(const GenerateOptions& options) {
  const auto write = [=](const Use& u) {
    Script script(options);
    script.Connect(0);
    const ValueType type = ShortcutType(u.other);
    script.Add(Set("test.a", type == ValueType::kString
                                 ? Value::String("x")
                                 : Value{type, std::string(FixedValueSize(type), '\1')}));
    Step get = GetTyped(type, "test.a");
    get.null_output = true;
    script.Add(std::move(get));
    return script.End();
  };
  return Plans(write, Record<Use>({{&Use::kind, 1},
                                   {&Use::key, 1},
                                   {&Use::type, 1},
                                   {&Use::size, 1},
                                   {&Use::got, 1},
                                   {&Use::other, kShortcuts}}));
}

rc::Gen<Plan> ServiceGone(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Use>& uses) {
    Script script(options);
    script.Connect(0);
    script.Add(OfService(ServiceAction::kKill));
    for (const Use& u : uses) {
      if (u.got == 0) {
        script.Add(ByShortcut(Set("test.a", MakeValue(u.type, 0, 1))));
      } else {
        script.Add(GetTyped(ShortcutType(u.other), "test.a"));
      }
    }
    return script.End();
  };
  return Plans(write, Uses(5));
}

Clauses EachShortcut(std::string_view page, Clauses more) {
  for (uint32_t i = 0; i < kShortcuts; ++i) {
    more.push_back(std::string(page) + ".shortcuts." + std::string(ValueTypeName(ShortcutType(i))));
  }
  return more;
}

}  // namespace

void AddTypedProperties(std::vector<Property>& out) {
  const Adder add(out, "typed");
  add("round-trip", "each function for one type stores and gives that type",
      EachShortcut("cmap_set", EachShortcut("cmap_get", {"cmap_get.value", "cmap_get.not_exist",
                                                         "cmap_get.shortcuts.other_type"})),
      &RoundTrip);
  add("every-pair", "a key of each type, got by the function for each other",
      EachShortcut("cmap_get",
                   {"cmap_get.shortcuts.other_type", "cmap_get.shortcuts.string.allocated"}),
      &EveryPair);
  add("arguments", "NULL and names that no key has, in the functions for one type",
      {"cmap_set.unspecified", "cmap_get.unspecified", "cmap_set.key_length",
       "undocumented.looked_up_name"},
      &Arguments);
  add("null-output", "NULL as the place for the value", {"undocumented.null_output"}, &NullOutput,
      false);
  add("service-gone", "the functions for one type where the service was killed",
      {"cmap_set.errors.CS_ERR_LIBRARY", "cmap_get.errors.CS_ERR_LIBRARY"}, &ServiceGone);
}

}  // namespace cmapsim::suite
