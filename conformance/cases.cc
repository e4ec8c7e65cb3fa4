#include "conformance/cases.h"

#include <algorithm>
#include <utility>

namespace cmapsim {
namespace {

// FNV-1a: the same everywhere, unlike std::hash.
uint64_t HashName(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace

int SizeOfCase(int64_t index, int64_t count) {
  constexpr int64_t kRound = rc::kNominalSize + 1;
  // Far apart for cases in a row: a few of them are to differ.
  constexpr int64_t kStride = 37;
  if (index >= count) return static_cast<int>((index - count + 1) * kStride % kRound);
  const int64_t whole = count / kRound * kRound;
  if (index < whole) return static_cast<int>(index % kRound);
  const int64_t rest = count - whole;
  if (rest <= 1) return rc::kNominalSize / 2;
  return static_cast<int>((index - whole) * rc::kNominalSize / (rest - 1));
}

rc::Random RandomOfCase(uint64_t seed, std::string_view property, int64_t index) {
  return rc::Random(
      rc::Random::Key{seed, HashName(property), static_cast<uint64_t>(index), 0x636d617073696d});
}

rc::Gen<Plan> GeneratorOf(const Property& property, const GenerateOptions& options) {
  constexpr double kLiveScale = 4;
  rc::Gen<Plan> generate = property.generate(options);
  return options.live ? rc::gen::scale(kLiveScale, std::move(generate)) : generate;
}

rc::Shrinkable<Plan> MakeCase(const Property& property, const rc::Gen<Plan>& generate,
                              uint64_t seed, int64_t index, int64_t count) {
  return generate(RandomOfCase(seed, property.name, index), SizeOfCase(index, count));
}

Plan PlanOfCase(const rc::Shrinkable<Plan>& shrinkable, int64_t index) {
  Plan plan = shrinkable.value();
  plan.seed = static_cast<uint64_t>(index);
  return plan;
}

std::vector<int64_t> SpreadCases(int64_t total, size_t properties) {
  std::vector<int64_t> counts(properties);
  const auto n = static_cast<int64_t>(properties);
  for (int64_t i = 0; i < n; ++i) counts[static_cast<size_t>(i)] = total / n + (i < total % n);
  return counts;
}

}  // namespace cmapsim
