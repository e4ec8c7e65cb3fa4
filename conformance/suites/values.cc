// cmap_set, cmap_get, cmap_delete, cmap_inc and cmap_dec: what is stored comes back, at and around every
// limit of keys and values.

#include <map>

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

constexpr uint32_t kMebibyte = 1 << 20;
constexpr uint32_t kIntegerTypes = 8;  // the first ones

struct Access {
  uint32_t kind;  // 0 set and get; get, delete, inc, dec; set by another client and get
  uint32_t key;
  uint32_t type;
  uint32_t size;
  uint32_t buffer;
};

rc::Gen<std::vector<Access>> Accesses(size_t max) {
  return Records<Access>(1, max,
                         {{&Access::kind, 8},
                          {&Access::key, kKeyCount},
                          {&Access::type, kTypeCount},
                          {&Access::size, kSizeCount},
                          {&Access::buffer, 12}});
}

// A buffer for a value of `size` bytes, by choice: as long, or not.
std::optional<uint32_t> BufferFor(uint32_t choice, size_t size) {
  const auto exact = static_cast<uint32_t>(size);
  switch (choice) {
    case 1:
      return std::nullopt;
    case 2:
      return exact == 0 ? 0 : exact - 1;
    case 3:
      return exact + 1;
    case 4:
      return 0;
    case 5:
      return 64;
    case 6:
      return 65536;
    case 7:
      return kMebibyte;
    case 8:
      return exact / 2;
    default:
      return exact;
  }
}

// What the map holds of a value: a string with what ends it.
size_t HeldSize(const Value& value) {
  return value.bytes.size() + (value.type == ValueType::kString ? 1 : 0);
}

rc::Gen<Plan> RoundTrip(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Access>& accesses) {
    Script script(options);
    script.Connect(0);
    std::map<std::string, size_t> sizes;
    uint32_t number = 0;
    for (const Access& a : accesses) {
      const std::string& key = KeyName(a.key);
      if (a.kind == 2 || a.kind == 3 || a.kind == 4) {
        constexpr Op kOps[] = {Op::kDelete, Op::kInc, Op::kDec};
        script.Add(OnKey(kOps[a.kind - 2], key));
      } else if (a.kind != 1) {
        Value value = MakeValue(a.type, a.size, ++number);
        sizes[key] = HeldSize(value);
        Step step = Set(key, std::move(value));
        script.Add(a.kind == 5 ? ByPeer(std::move(step)) : std::move(step));
      }
      // The last choices: NULL for some of the other places.
      Step get = Get(key, a.buffer >= 10 ? std::nullopt : BufferFor(a.buffer, sizes[key]));
      get.null_type = a.buffer == 9 || a.buffer == 11;
      get.null_value_len = a.buffer >= 10 || (a.buffer == 8 && a.kind == 7);
      script.Add(std::move(get));
    }
    return script.End();
  };
  return Plans(write, Accesses(16));
}

// The same value again, the same bytes as another type, another length of the same type.
rc::Gen<Plan> Again(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Access>& accesses) {
    Script script(options);
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Access& a : accesses) {
      constexpr std::string_view kBytes[] = {"a", "ab", "abcd", "abcdefgh", ""};
      constexpr ValueType kTypes[] = {ValueType::kBinary, ValueType::kString, ValueType::kUInt8,
                                      ValueType::kInt8,   ValueType::kUInt16, ValueType::kInt16,
                                      ValueType::kUInt32, ValueType::kFloat,  ValueType::kUInt64,
                                      ValueType::kDouble, ValueType::kInt32,  ValueType::kInt64};
      const ValueType type = kTypes[a.type];
      const size_t width = FixedValueSize(type);
      std::string bytes(width == 0 ? kBytes[a.size % 5]
                                   : std::string_view("abcdefgh").substr(0, width));
      script.Add(Set("test.a", {type, std::move(bytes)}));
      script.Add(Get("test.a", BufferFor(a.buffer % 4 == 1 ? 1 : 5, 0)));
    }
    return script.End();
  };
  return Plans(write, Accesses(10));
}

struct Name {
  uint32_t length;
  uint32_t character;
  uint32_t at;
  uint32_t op;
  uint32_t exists;
};

// As long as the choice says; one character of it may be another one.
std::string NameOf(const Name& n) {
  constexpr size_t kLengths[] = {4, 3, 2, 1, 0, 254, 255, 256, 257, 300, 64, 16};
  const size_t length = n.length < std::size(kLengths) ? kLengths[n.length] : n.length * 7 % 301;
  std::string name(length, 'x');
  for (size_t i = 0; i < length; i += 3) name[i] = static_cast<char>('a' + (i + n.at) % 26);
  if (n.character == 0 || length == 0) return name;
  constexpr std::string_view kAllowed = "._-/:09AZ";
  constexpr std::string_view kOthers = " !=#~\x7f\x01\xe4@`[{;,";
  const size_t place = n.at % length;
  name[place] = n.character <= kAllowed.size()
                    ? kAllowed[n.character - 1]
                    : kOthers[(n.character - kAllowed.size() - 1) % kOthers.size()];
  return name;
}

rc::Gen<Plan> Names(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Name>& names) {
    Script script(options);
    script.Connect(0);
    for (const Name& n : names) {
      const std::string name = NameOf(n);
      if (n.exists != 0) script.Add(Set(name, Value::Integer(ValueType::kUInt8, n.at)));
      // One that ends or goes on elsewhere is another key.
      if (n.exists == 2 && !name.empty()) {
        script.Add(Set(name.substr(0, name.size() - 1), Value::Integer(ValueType::kUInt8, 1)));
      }
      constexpr Op kOps[] = {Op::kGet, Op::kDelete, Op::kInc, Op::kDec};
      Step step = OnKey(kOps[n.op], name);
      if (step.op == Op::kGet) step.buffer_size = 8;
      script.Add(std::move(step));
      script.Add(Get(name, 8));
    }
    return script.End();
  };
  return Plans(write, Records<Name>(1, 8,
                                    {{&Name::length, 40},
                                     {&Name::character, 24},
                                     {&Name::at, 300},
                                     {&Name::op, 4},
                                     {&Name::exists, 3}}));
}

struct Length {
  uint32_t type;
  uint32_t size;
  uint32_t zero;  // of a string: where a zero stands
};

// Values as long as their type, nearly, and not at all; strings with zeros; types without a name.
Value ValueOf(const Length& l) {
  ValueType type = TypeOf(l.type);
  if (l.type >= kTypeCount) type = static_cast<ValueType>(l.type == kTypeCount ? 0 : 13 + l.zero);
  constexpr size_t kTextSizes[] = {3, 0, 1, 16383, 16384, 16385, 16386, 17000, 65536, 4, 9, 255};
  constexpr size_t kNumberSizes[] = {1, 0, 2, 3, 4, 5, 7, 8, 9, 16, 300, 12};
  const bool text = type == ValueType::kString || type == ValueType::kBinary;
  const size_t size = (text ? kTextSizes : kNumberSizes)[l.size % 12];
  std::string bytes(size, static_cast<char>('a' + l.zero));
  if (l.zero != 0 && size > 0) bytes[l.zero == 1 ? size - 1 : size / 2] = '\0';
  return {type, std::move(bytes)};
}

rc::Gen<Plan> Lengths(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Length>& lengths) {
    Script script(options);
    script.Connect(0);
    uint32_t key = 0;
    for (const Length& l : lengths) {
      // A key of its own: of one that was set so nothing is known afterwards.
      const std::string name = "test.k" + std::to_string(key++);
      script.Add(Set(name, ValueOf(l)));
      script.Add(Get(name, 70000));
    }
    return script.End();
  };
  return Plans(
      write, Records<Length>(
                 1, 8, {{&Length::type, kTypeCount + 2}, {&Length::size, 12}, {&Length::zero, 4}}));
}

// More than the map takes, and than either transport does.
rc::Gen<Plan> Large(const GenerateOptions& options) {
  const auto write = [=](const Length& l) {
    constexpr size_t kSizes[] = {100'000,       kMebibyte / 2, kMebibyte - 700, kMebibyte,
                                 kMebibyte + 1, 2 * kMebibyte, 5 * kMebibyte};
    const ValueType type = l.type % 2 == 0 ? ValueType::kBinary : ValueType::kString;
    Script script(options);
    script.Connect(0);
    script.Add(Set("test.a", {type, std::string(kSizes[l.size % std::size(kSizes)], 'l')}));
    script.Add(Set("test.b", Value::Integer(ValueType::kUInt8, 1)));
    script.Add(Get("test.b", 1));
    return script.End();
  };
  return Plans(write, Record<Length>({{&Length::type, 2}, {&Length::size, 7}, {&Length::zero, 1}}));
}

// A buffer of more than a mebibyte.
rc::Gen<Plan> HugeBuffer(const GenerateOptions& options) {
  const auto write = [=](const Length& l) {
    constexpr uint32_t kSizes[] = {kMebibyte + 5000, 2 * kMebibyte, 16 * kMebibyte};
    Script script(options);
    script.Connect(0);
    script.Add(Set("test.a", Value::Integer(ValueType::kUInt32, 7)));
    script.Add(Get("test.a", kSizes[l.size]));
    return script.End();
  };
  return Plans(write, Record<Length>({{&Length::type, 1}, {&Length::size, 3}, {&Length::zero, 1}}));
}

struct Count {
  uint32_t type;
  uint32_t from;
  uint32_t down;
  uint32_t times;
};

struct OfAType {
  uint32_t first;
  uint32_t size;
  uint32_t number;
};

// All types in every plan, so that one of them alone is found wrong by few.
rc::Gen<Plan> EachType(const GenerateOptions& options) {
  const auto write = [=](const OfAType& drawn) {
    Script script(options);
    script.Connect(0);
    for (uint32_t i = 0; i < kTypeCount; ++i) {
      const uint32_t choice = (drawn.first + i) % kTypeCount;
      const std::string key = "test.t" + std::to_string(choice);
      const Value value = MakeValue(choice, drawn.size, drawn.number + i);
      script.Add(Set(key, value));
      script.Add(Get(key, 20000));
      if (static_cast<uint32_t>(value.type) > kIntegerTypes) continue;
      script.Add(OnKey(Op::kInc, key));
      script.Add(Get(key, 16));
      script.Add(OnKey(Op::kDec, key));
      script.Add(OnKey(Op::kDec, key));
      script.Add(Get(key, 16));
    }
    return script.End();
  };
  return Plans(write, Record<OfAType>({{&OfAType::first, kTypeCount},
                                       {&OfAType::size, kSizeCount},
                                       {&OfAType::number, 300}}));
}

// From and around every limit of every type, also of those that cannot be counted.
rc::Gen<Plan> Counting(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Count>& counts) {
    Script script(options);
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Count& c : counts) {
      const ValueType type = TypeOf(c.type);
      const size_t width = FixedValueSize(type);
      const uint64_t all = width == 0 ? 0 : ~uint64_t{0} >> (64 - 8 * width);
      const uint64_t kFrom[] = {7, 0, all, all >> 1, (all >> 1) + 1, 1, all - 1, 255, 256, 65535};
      Value value =
          width == 0 ? Value{type, "12"} : Value::Integer(ValueType::kUInt64, kFrom[c.from]);
      if (width != 0) value = {type, value.bytes.substr(0, width)};
      script.Add(Set("test.a", std::move(value)));
      for (uint32_t i = 0; i <= c.times; ++i) {
        script.Add(OnKey(c.down == 0 ? Op::kInc : Op::kDec, "test.a"));
      }
      script.Add(Get("test.a", 16));
    }
    return script.End();
  };
  return Plans(
      write,
      Records<Count>(
          1, 6,
          {{&Count::type, kTypeCount}, {&Count::from, 10}, {&Count::down, 2}, {&Count::times, 3}}));
}

// Of a plan's own first keys: those that may not be changed, beside others, and NULL for key and value.
rc::Gen<Plan> ReadOnly(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Access>& accesses) {
    Script script(options);
    script.FirstKeys({{"test.a", MakeValue(0, 0, 1), true},
                      {"test.b", MakeValue(8, 0, 2), true},
                      {"test.a.b", MakeValue(4, 0, 3), false},
                      {"test.c", MakeValue(9, 3, 4), false}});
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Access& a : accesses) {
      constexpr Op kOps[] = {Op::kSet, Op::kDelete, Op::kInc, Op::kDec, Op::kGet};
      Step step = OnKey(kOps[a.kind % 5], KeyName(a.key));
      if (step.op == Op::kSet && a.buffer != 0) step.value = MakeValue(a.type, a.size % 4, a.key);
      if (step.op == Op::kGet && a.buffer != 0) step.buffer_size = 64;
      if (a.buffer >= 1 && a.buffer <= 3) step.key.reset();
      script.Add(a.buffer < 6 ? std::move(step) : ByShortcut(std::move(step)));
      script.Add(Get(KeyName(a.key), 64));
    }
    return script.End();
  };
  return Plans(write, Accesses(10));
}

rc::Gen<Plan> ServiceGone(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Access>& accesses) {
    Script script(options);
    script.Connect(0);
    script.Add(Set("test.a", MakeValue(0, 0, 1)));
    script.Add(OfService(ServiceAction::kKill));
    bool again = false;
    for (const Access& a : accesses) {
      if (a.size == 1 && !again) {
        script.Add(OfService(ServiceAction::kStart));
        script.Connect(1);
        again = true;
      }
      constexpr Op kOps[] = {Op::kSet, Op::kGet, Op::kDelete, Op::kInc, Op::kDec};
      Step step = OnKey(kOps[a.kind % 5], KeyName(a.key), again && a.buffer % 2 == 0 ? 1 : 0);
      if (step.op == Op::kSet) step.value = MakeValue(a.type, 0, 1);
      script.Add(ByShortcut(std::move(step)));
    }
    return script.End();
  };
  return Plans(write, Accesses(6));
}

// "cmap_set.types.int8" and so on, of the first `count` types.
Clauses OfEachType(std::string_view page, uint32_t count, Clauses more) {
  for (uint32_t i = 1; i <= count; ++i) {
    more.push_back(std::string(page) + ".types." +
                   std::string(ValueTypeName(static_cast<ValueType>(i))));
  }
  return more;
}

}  // namespace

void AddValueProperties(std::vector<Property>& out) {
  const Adder add(out, "values");
  add("round-trip", "what is set comes back: type, length and bytes, into buffers of any size",
      {"cmap_set.returns", "cmap_set.stores", "cmap_set.handle", "cmap_get.returns",
       "cmap_get.value", "cmap_get.no_value", "cmap_get.type.null", "cmap_get.length_checked",
       "cmap_get.short_buffer", "cmap_get.not_exist", "cmap_get.handle", "cmap_delete.returns",
       "cmap_delete.deletes", "cmap_delete.handle", "cmap_inc.increases", "cmap_dec.decreases",
       "undocumented.outputs_after_error"},
      &RoundTrip);
  add("each-type", "a key of each type comes back, and integers of each type are counted",
      OfEachType("cmap_set", kTypeCount,
                 OfEachType("cmap_get", kTypeCount,
                            OfEachType("cmap_inc", kIntegerTypes,
                                       OfEachType("cmap_dec", kIntegerTypes, {})))),
      &EachType);
  add("again", "a value again, as another type, and with another length",
      {"cmap_set.returns", "cmap_get.value"}, &Again);
  add("names", "names of 0 to 300 characters, and characters that no name has",
      {"cmap_set.key_length", "cmap_set.key_limits", "cmap_set.key_characters", "cmap_get.value",
       "cmap_get.not_exist", "cmap_delete.not_exist", "cmap_inc.not_exist", "cmap_dec.not_exist",
       "undocumented.looked_up_name", "undocumented.set.key_characters"},
      &Names);
  add("lengths", "values whose length fits their type, and others",
      {"cmap_set.returns", "cmap_get.value", "undocumented.set.value_length"}, &Lengths);
  add("large", "values that are larger than the map and the transport take",
      {"undocumented.set.value_length"}, &Large);
  add("huge-buffer", "a buffer of more than a mebibyte", {"cmap_get.returns"}, &HugeBuffer, false);
  add("counting", "inc and dec of every type, from every limit",
      {"cmap_inc.returns", "cmap_inc.handle", "cmap_dec.returns", "cmap_dec.handle",
       "cmap_inc.increases", "cmap_dec.decreases", "cmap_inc.overflow", "cmap_dec.overflow",
       "cmap_inc.types", "cmap_dec.types", "undocumented.adjust.not_an_integer"},
      &Counting);
  add("read-only", "keys that may not be changed, and NULL for a key or a value",
      {"cmap_set.read_only", "cmap_delete.read_only", "cmap_inc.read_only", "cmap_dec.read_only",
       "cmap_set.unspecified", "cmap_get.unspecified", "cmap_delete.unspecified",
       "cmap_inc.unspecified", "cmap_dec.unspecified"},
      &ReadOnly, false);
  add("service-gone", "keys where the service was killed, or killed and started",
      {"cmap_set.errors.CS_ERR_LIBRARY", "cmap_get.errors.CS_ERR_LIBRARY",
       "cmap_delete.errors.CS_ERR_LIBRARY", "cmap_inc.errors.CS_ERR_LIBRARY",
       "cmap_dec.errors.CS_ERR_LIBRARY"},
      &ServiceGone);
}

}  // namespace cmapsim::suite
