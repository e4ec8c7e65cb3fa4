#include "conformance/suites/numbers.h"

#include <gtest/gtest.h>

#include <numeric>

namespace cmapsim::suite {
namespace {

struct Pair {
  uint32_t small;
  uint32_t large;
  bool operator==(const Pair&) const = default;
};

rc::Gen<Pair> OnePair() { return Record<Pair>({{&Pair::small, 3}, {&Pair::large, 1000}}); }
rc::Gen<std::vector<Pair>> Pairs(size_t min, size_t max) {
  return Records<Pair>(min, max, {{&Pair::small, 3}, {&Pair::large, 1000}});
}

bool InBounds(const Pair& pair) { return pair.small < 3 && pair.large < 1000; }

uint64_t Weight(const std::vector<Pair>& list) {
  return std::accumulate(list.begin(), list.end(), uint64_t{0}, [](uint64_t sum, const Pair& p) {
    return sum + 10'000 + p.small + p.large;
  });
}

// Takes the first smaller value that fails, until there is none.
template <typename T, typename Fails>
T Smallest(rc::Shrinkable<T> shrinkable, Fails fails) {
  for (bool found = true; found;) {
    found = false;
    rc::Seq<rc::Shrinkable<T>> smaller = shrinkable.shrinks();
    for (auto next = smaller.next(); next && !found; next = smaller.next()) {
      if (!fails(next->value())) continue;
      shrinkable = *next;
      found = true;
      break;
    }
  }
  return shrinkable.value();
}

TEST(Numbers, AreDrawnBelowTheirBounds) {
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    EXPECT_TRUE(InBounds(OnePair()(rc::Random(seed), static_cast<int>(seed % 100)).value()));
  }
}

TEST(Numbers, TheSameRandomGivesTheSameList) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    EXPECT_EQ(Pairs(0, 30)(rc::Random(seed), 50).value(),
              Pairs(0, 30)(rc::Random(seed), 50).value());
  }
}

TEST(Numbers, ListsGrowWithTheSizeBetweenTheirBounds) {
  size_t longest = 0;
  for (uint64_t seed = 0; seed < 500; ++seed) {
    EXPECT_EQ(Pairs(2, 30)(rc::Random(seed), 0).value().size(), 2u);
    const size_t size = Pairs(2, 30)(rc::Random(seed), 100).value().size();
    EXPECT_GE(size, 2u);
    EXPECT_LE(size, 30u);
    longest = std::max(longest, size);
  }
  EXPECT_EQ(longest, 30u);
}

TEST(Numbers, EveryShrinkIsSmallerAndWithinTheBounds) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const auto list = Pairs(1, 12)(rc::Random(seed), 100);
    const uint64_t weight = Weight(list.value());
    rc::Seq<rc::Shrinkable<std::vector<Pair>>> shrinks = list.shrinks();
    for (auto next = shrinks.next(); next; next = shrinks.next()) {
      const std::vector<Pair> smaller = next->value();
      EXPECT_LT(Weight(smaller), weight);
      EXPECT_GE(smaller.size(), 1u);
      for (const Pair& pair : smaller) EXPECT_TRUE(InBounds(pair));
    }
  }
}

TEST(Numbers, ShrinkToTheSmallestThatStillFails) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const auto list = Pairs(0, 20)(rc::Random(seed), 100);
    const auto fails = [](const std::vector<Pair>& l) {
      return std::any_of(l.begin(), l.end(), [](const Pair& p) { return p.large >= 77; });
    };
    if (!fails(list.value())) continue;
    EXPECT_EQ(Smallest(list, fails), (std::vector<Pair>{{0, 77}}));
  }
}

TEST(Numbers, ACopiedSequenceOfShrinksGoesOnByItself) {
  const auto list = Pairs(0, 5)(rc::Random(7), 100);
  rc::Seq<rc::Shrinkable<std::vector<Pair>>> one = list.shrinks();
  for (int i = 0; i < 12; ++i) (void)one.next();
  rc::Seq<rc::Shrinkable<std::vector<Pair>>> two(one);
  for (int i = 0; i < 20; ++i) {
    const auto a = one.next();
    const auto b = two.next();
    ASSERT_EQ(static_cast<bool>(a), static_cast<bool>(b));
    if (!a) break;
    EXPECT_EQ(a->value(), b->value());
  }
}

}  // namespace
}  // namespace cmapsim::suite
