#include "sim/core/scheduler.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <map>
#include <new>

namespace {

// Counts allocations, to show that a pooled scheduler makes none.
size_t allocation_count = 0;

}  // namespace

void* operator new(size_t size) {
  ++allocation_count;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t /*size*/) noexcept { std::free(memory); }

namespace cmapsim {
namespace {

TEST(Scheduler, ThingsOfOneInstantHappenInTheOrderOfAsking) {
  Scheduler scheduler;
  for (uint32_t kind = 0; kind < 100; ++kind) scheduler.At(7, kind);
  for (uint32_t kind = 0; kind < 100; ++kind) EXPECT_EQ(scheduler.PopDue(7)->kind, kind);
}

TEST(Scheduler, NothingHappensBeforeItsInstant) {
  Scheduler scheduler;
  EXPECT_FALSE(scheduler.NextTime());
  scheduler.At(5, 1, 2, 3);
  EXPECT_EQ(scheduler.NextTime(), 5);
  EXPECT_FALSE(scheduler.PopDue(4));
  const auto due = scheduler.PopDue(5);
  ASSERT_TRUE(due);
  EXPECT_EQ(due->kind, 1u);
  EXPECT_EQ(due->a, 2);
  EXPECT_EQ(due->b, 3);
  EXPECT_FALSE(scheduler.PopDue(5));
}

TEST(Scheduler, WhatWasCancelledDoesNotHappen) {
  Scheduler scheduler;
  const uint64_t first = scheduler.At(1, 1);
  scheduler.At(2, 2);
  scheduler.At(3, 3);
  EXPECT_TRUE(scheduler.Cancel(first));
  EXPECT_FALSE(scheduler.Cancel(first));
  EXPECT_EQ(scheduler.CancelIf([](const Scheduler::Entry& entry) { return entry.kind == 3; }), 1u);
  EXPECT_EQ(scheduler.PopDue(9)->kind, 2u);
  EXPECT_TRUE(scheduler.empty());
}

TEST(Scheduler, ClearedItIsAsNewAndAllocatesNoMore) {
  Scheduler scheduler;
  const auto run = [&scheduler] {
    for (int i = 0; i < 1000; ++i) scheduler.At(i % 10, 0, i);
    while (scheduler.PopDue(5)) {
    }
    scheduler.Clear();
  };
  run();
  const size_t before = allocation_count;
  run();
  EXPECT_EQ(allocation_count, before);
  EXPECT_EQ(scheduler.At(0, 0), 1u);
}

RC_GTEST_PROP(Scheduler, PopsInTheOrderOfInstantThenSequence, ()) {
  const auto instants = *rc::gen::container<std::vector<Nanos>>(rc::gen::inRange<Nanos>(0, 20));
  Scheduler scheduler;
  std::multimap<Nanos, int64_t> expected;  // keeps the order of insertion where keys are equal
  for (size_t i = 0; i < instants.size(); ++i) {
    scheduler.At(instants[i], 0, static_cast<int64_t>(i));
    expected.emplace(instants[i], i);
  }
  for (const auto& [at_ns, index] : expected) {
    RC_ASSERT(scheduler.NextTime() == at_ns);
    RC_ASSERT(scheduler.PopDue(at_ns)->a == index);
  }
  RC_ASSERT(scheduler.empty());
}

}  // namespace
}  // namespace cmapsim
