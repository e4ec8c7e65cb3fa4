#include "conformance/cases.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

namespace cmapsim {
namespace {

// Plans of one step that shows the drawn number and the size.
rc::Gen<Plan> Numbered(const GenerateOptions&) {
  return [](const rc::Random& random, int size) {
    Plan plan;
    plan.steps.emplace_back();
    plan.steps[0].duration_ns = static_cast<Nanos>(rc::Random(random).next() >> 2);
    plan.horizon_ns = size;
    return rc::shrinkable::just(std::move(plan));
  };
}

Property Named(const std::string& name) {
  return {.name = name, .clauses = {}, .sentence = "", .live = true, .generate = &Numbered};
}

Plan Case(const std::string& name, uint64_t seed, int64_t index) {
  const Property property = Named(name);
  return PlanOfCase(MakeCase(property, Numbered({}), seed, index, 100), index);
}

TEST(Cases, AreTheSameForTheSameSeedPropertyAndNumber) {
  EXPECT_EQ(Case("a", 1, 5), Case("a", 1, 5));
}

TEST(Cases, DifferBySeedPropertyAndNumber) {
  std::set<Nanos> drawn;
  for (const uint64_t seed : {1u, 2u}) {
    for (const char* name : {"a", "b", "dispatch/one/a"}) {
      for (int64_t i = 0; i < 50; ++i) drawn.insert(Case(name, seed, i).steps[0].duration_ns);
    }
  }
  EXPECT_EQ(drawn.size(), 2u * 3 * 50);
}

TEST(Cases, AreLargerLive) {
  const Property property = Named("a");
  const auto size = [&](bool live) {
    const auto generate = GeneratorOf(property, {.transport = Transport::kShm, .live = live});
    return MakeCase(property, generate, 1, 50, 101).value().horizon_ns;
  };
  EXPECT_EQ(size(false), 50);
  EXPECT_EQ(size(true), 200);
}

TEST(Cases, ArePlansWhoseSeedIsTheirNumber) { EXPECT_EQ(Case("a", 1, 17).seed, 17u); }

TEST(Cases, GrowFromNothingToTheNominalSize) {
  for (const int64_t count : {2, 3, 50, 100, 101, 102, 150, 500}) {
    EXPECT_EQ(SizeOfCase(0, count), 0) << count;
    int largest = 0;
    for (int64_t i = 0; i < count; ++i) {
      const int size = SizeOfCase(i, count);
      EXPECT_GE(size, 0);
      EXPECT_LE(size, rc::kNominalSize);
      largest = std::max(largest, size);
    }
    EXPECT_EQ(largest, rc::kNominalSize) << count;
  }
}

TEST(Cases, ASingleOneIsOfMiddlingSize) { EXPECT_EQ(SizeOfCase(0, 1), rc::kNominalSize / 2); }

TEST(Cases, AreSpreadEvenlyAndNoneIsLost) {
  for (const int64_t total : {0, 1, 7, 100, 12345}) {
    const std::vector<int64_t> counts = SpreadCases(total, 7);
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), int64_t{0}), total);
    EXPECT_LE(counts.front() - counts.back(), 1);
  }
}

}  // namespace
}  // namespace cmapsim
