// cmap_iter_init, cmap_iter_next and cmap_iter_finalize: each key once, also while others come and go.

#include <set>

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

struct Case {
  uint32_t keys;  // a bit for each key that is there
  uint32_t prefix;
  uint32_t nexts;
  uint32_t choice;
  uint32_t low;
  uint32_t high;
};

rc::Gen<Case> Cases(uint32_t choices) {
  return Record<Case>({{&Case::keys, 1024},
                       {&Case::prefix, 12},
                       {&Case::nexts, 14},
                       {&Case::choice, choices},
                       {&Case::low, 0xffff'ffff},
                       {&Case::high, 0xffff'ffff}});
}

// Keys that end within each other, branch late, and are as short and as long as can be.
constexpr uint32_t kKeys = 10;
const std::string& IteratedKey(uint32_t choice) {
  static const std::string kNames[kKeys] = {
      "test.a", "test.b",   "test.a.b",  "test.aa", "tes",
      "test",   "test.b/c", "tests.abc", "test.c",  "test." + std::string(250, 'k')};
  return kNames[choice % kKeys];
}

std::string PrefixOf(uint32_t choice) {
  const std::string kPrefixes[] = {"test.",  "test.a",  "tes",    "test.a.b",
                                   "test",   "test.b/", "test.x", "te",
                                   "test.b", "tests",   "test.c", "test." + std::string(250, 'k')};
  return kPrefixes[choice % std::size(kPrefixes)];
}

void SetKeys(Script& script, uint32_t keys) {
  for (uint32_t i = 0; i < kKeys; ++i) {
    if ((keys >> i & 1) == 0) continue;
    Step step = Set(IteratedKey(i), MakeValue(keys + i, i % kSizeCount, i));
    script.Add(i % 2 == 0 ? std::move(step) : ByPeer(std::move(step)));
  }
}

void Next(Script& script, uint32_t times, int32_t iterator = 0, int32_t connection = 0) {
  for (uint32_t i = 0; i < times; ++i) script.Add(IterNext(iterator, connection));
}

rc::Gen<Plan> Quiet(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    script.Connect(0);
    SetKeys(script, c.keys);
    script.Add(IterInit(0, PrefixOf(c.prefix)));
    const uint32_t nexts = c.choice == 0 ? kKeys + 1 : c.nexts;
    for (uint32_t i = 0; i < nexts; ++i) {
      Step next = IterNext(0);
      next.null_type = c.choice == 2 && i % 2 == 0;
      next.null_value_len = c.choice == 2 && i % 3 == 0;
      script.Add(std::move(next));
    }
    script.Add(IterFinalize(0));
    return script.End();
  };
  return Plans(write, Cases(3));
}

// Every key of the map, by NULL or the empty prefix.
rc::Gen<Plan> AllKeys(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    std::vector<FirstKey> first;
    for (uint32_t i = 0; i < kKeys; ++i) {
      if ((c.low >> i & 1) != 0) first.push_back({IteratedKey(i), MakeValue(i, 0, i), i == 3});
    }
    script.FirstKeys(std::move(first));
    script.Connect(0);
    SetKeys(script, c.keys & ~8U);
    script.Add(IterInit(0, c.choice == 0 ? std::nullopt : std::optional<std::string>("")));
    Next(script, kKeys + 2);
    script.Add(IterFinalize(0));
    return script.End();
  };
  return Plans(write, Cases(2));
}

struct Turn {
  uint32_t iterator;
  uint32_t kind;  // 0 next; init again, finalize, or a change of a value
  uint32_t key;
  uint32_t prefix;
};

rc::Gen<std::vector<Turn>> Turns(size_t max, uint32_t kinds) {
  return Records<Turn>(
      1, max,
      {{&Turn::iterator, 4}, {&Turn::kind, kinds}, {&Turn::key, kKeys}, {&Turn::prefix, 12}});
}

// Four iterators on two connections take turns.
rc::Gen<Plan> Several(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Turn>& turns) {
    Script script(options);
    script.Connect(0);
    script.Connect(1);
    SetKeys(script, c.keys | 3);
    for (int32_t i = 0; i < 4; ++i) {
      script.Add(IterInit(i, PrefixOf(c.prefix * static_cast<uint32_t>(i)), i % 2));
      if (c.choice != 0) script.Add(IterNext(i, i % 2));
    }
    for (const Turn& t : turns) {
      const auto iterator = static_cast<int32_t>(t.iterator);
      if (t.kind == 5) {
        script.Add(IterFinalize(iterator, iterator % 2));
      } else if (t.kind == 6) {
        script.Add(IterFinalize(iterator, iterator % 2));
        script.Add(IterInit(iterator, PrefixOf(t.prefix), iterator % 2));
      } else {
        script.Add(IterNext(iterator, iterator % 2));
      }
    }
    return script.End();
  };
  return Plans(write, Cases(2), Turns(30, 7));
}

// Keys come, go and change, and trackers come, while iterators are under way. A key that was deleted is
// not deleted again: under an iterator that crashes corosync 3.1.7.
rc::Gen<Plan> Changes(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Turn>& turns) {
    Script script(options);
    script.Connect(0);
    SetKeys(script, c.keys | 1);
    std::set<std::string> deleted;
    uint32_t number = 1;
    script.Add(IterInit(0, PrefixOf(c.prefix)));
    script.Add(IterNext(0));
    if (c.choice != 0) script.Add(IterInit(1, PrefixOf(c.prefix / 2)));
    for (const Turn& t : turns) {
      const std::string& key = IteratedKey(t.key);
      if (t.kind < 4) {
        script.Add(IterNext(c.choice != 0 ? static_cast<int32_t>(t.iterator % 2) : 0));
      } else if (t.kind == 4 && deleted.insert(key).second) {
        script.Add(Delete(key));
      } else if (t.kind == 5) {
        script.Track(PrefixOf(t.prefix), kTrackAll | kTrackPrefix);
      } else if (!deleted.contains(key)) {
        script.Add(Set(key, MakeValue(t.prefix, 0, ++number)));
      }
    }
    script.Add(IterFinalize(0));
    return script.End();
  };
  return Plans(write, Cases(2), Turns(20, 8));
}

// Values change, and nothing else: every key comes once, as it is then.
rc::Gen<Plan> Modified(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Turn>& turns) {
    Script script(options);
    script.Connect(0);
    SetKeys(script, c.keys | 3);
    script.Add(IterInit(0, PrefixOf(c.prefix)));
    script.Add(IterNext(0));
    uint32_t number = 1;
    for (const Turn& t : turns) {
      const bool there = ((c.keys | 3) >> (t.key % kKeys) & 1) != 0;
      if (t.kind == 0 && there) {
        script.Add(Set(IteratedKey(t.key), MakeValue(t.prefix, t.iterator, ++number)));
      } else {
        script.Add(IterNext(0));
      }
    }
    return script.End();
  };
  return Plans(write, Cases(1), Turns(16, 3));
}

// Finalized, twice, of another connection, of a finalized one, and numbers.
rc::Gen<Plan> Handles(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Turn>& turns) {
    Script script(options);
    script.Connect(0);
    script.Connect(1);
    SetKeys(script, c.keys | 1);
    script.Add(IterInit(0, "test.", 0));
    script.Add(IterInit(1, "test.", 1));
    script.Add(IterNext(0, 0));
    if (c.prefix % 3 != 0) script.Add(IterFinalize(0, 0));
    for (const Turn& t : turns) {
      const auto connection = static_cast<int32_t>(t.key % 2);
      Step step = t.kind % 2 == 0 ? IterNext(0, connection) : IterFinalize(0, connection);
      constexpr uint64_t kNumbers[] = {0, 1, UINT64_MAX, uint64_t{UINT32_MAX} << 32};
      if (t.prefix < std::size(kNumbers)) {
        step.raw_iterator = kNumbers[t.prefix];
      } else if (t.prefix == 4) {
        step.raw_iterator = uint64_t{c.high} << 32 | c.low;
      } else if (t.prefix == 5) {
        step.iterator = 9;
      } else if (t.prefix < 9) {
        step.iterator = 1;
      }
      script.Add(std::move(step));
    }
    return script.End();
  };
  return Plans(write, Cases(1), Turns(8, 2));
}

// Prefixes that are longer than any key, and NULL as the places for what comes out.
rc::Gen<Plan> Arguments(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    script.Connect(0);
    SetKeys(script, c.keys | 1);
    constexpr size_t kLengths[] = {254, 255, 256, 257, 300, 1000};
    Step init = IterInit(0, c.prefix < 6 ? std::string(kLengths[c.prefix], 'x') : "test.");
    init.null_output = c.choice == 1;
    Step next = IterNext(0);
    next.null_output = c.choice == 2;
    script.Add(std::move(init));
    script.Add(std::move(next));
    Next(script, c.nexts);
    return script.End();
  };
  return Plans(write, Cases(3));
}

rc::Gen<Plan> ServiceGone(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Turn>& turns) {
    Script script(options);
    script.Connect(0);
    SetKeys(script, c.keys | 1);
    script.Add(IterInit(0, "test."));
    script.Add(IterNext(0));
    script.Add(OfService(ServiceAction::kKill));
    if (c.choice != 0) script.Add(OfService(ServiceAction::kStart));
    for (const Turn& t : turns) {
      script.Add(t.kind == 0 ? IterInit(1, "test.") : t.kind == 1 ? IterNext(0) : IterFinalize(0));
    }
    return script.End();
  };
  return Plans(write, Cases(2), Turns(4, 3));
}

}  // namespace

void AddIterationProperties(std::vector<Property>& out) {
  const Adder add(out, "iteration");
  const Clauses each = {
      "cmap_iter_init.returns",   "cmap_iter_init.prefix",   "cmap_iter_init.cmap_iter_handle",
      "cmap_iter_next.returns",   "cmap_iter_next.next",     "cmap_iter_next.type",
      "cmap_iter_next.value_len", "cmap_iter_next.key_name", "cmap_iter_init.handle",
      "cmap_iter_next.handle"};
  const auto and_more = [&each](Clauses more) {
    more.insert(more.begin(), each.begin(), each.end());
    return more;
  };
  add("quiet", "each key with the prefix once, while nothing changes",
      and_more({"cmap_iter_init.iterates", "cmap_iter_init.no_sections",
                "cmap_iter_next.no_sections", "cmap_iter_finalize.returns",
                "cmap_iter_finalize.handle", "undocumented.iter_order"}),
      &Quiet);
  add("all-keys", "NULL or an empty prefix gives every key of the map",
      and_more({"cmap_iter_init.all_keys"}), &AllKeys, false);
  add("several", "several iterators on two connections, each for itself",
      and_more({"cmap_iter_finalize.returns"}), &Several);
  add("changes", "keys and trackers come and go meanwhile: what stays comes once",
      and_more({"cmap_iter_init.iterates"}), &Changes);
  add("modified", "values change meanwhile", each, &Modified);
  add("handles", "iterators that are finalized, another connection's, or none",
      {"cmap_iter_next.iter_handle", "cmap_iter_finalize.iter_handle", "cmap_iter_finalize.frees",
       "undocumented.invalid_iterator"},
      &Handles);
  add("arguments", "prefixes that are too long, and NULL for what comes out",
      {"undocumented.iter_init.long_prefix", "undocumented.null_output",
       "cmap_iter_next.iter_handle"},
      &Arguments, false);
  add("service-gone", "iterators where the service was killed, or killed and started",
      {"cmap_iter_init.errors.CS_ERR_LIBRARY", "cmap_iter_next.errors.CS_ERR_LIBRARY",
       "cmap_iter_finalize.errors.CS_ERR_LIBRARY"},
      &ServiceGone);
}

}  // namespace cmapsim::suite
