#include "sim/cmap/handle_table.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace cmapsim {
namespace {

constexpr uint64_t kAnyCheck = uint64_t{0xffffffff} << 32;

uint32_t SlotOf(uint64_t handle) { return static_cast<uint32_t>(handle); }

std::vector<int> Values(const HandleTable<int>& handles) {
  std::vector<int> values;
  handles.ForEach([&values](int value) { values.push_back(value); });
  return values;
}

class HandleTableTest : public testing::Test {
 protected:
  uint64_t Create(int value) { return handles_.Create(value, checks_); }

  CheckSequence checks_;
  HandleTable<int> handles_;
};

TEST_F(HandleTableTest, EachHandleStandsForItsValue) {
  const uint64_t a = Create(1);
  const uint64_t b = Create(2);
  EXPECT_EQ(*handles_.Get(a), 1);
  EXPECT_EQ(*handles_.Get(b), 2);
  EXPECT_EQ(Values(handles_), (std::vector<int>{1, 2}));
}

TEST_F(HandleTableTest, TheLowestEmptySlotIsUsedAgainUnderANewHandle) {
  const uint64_t a = Create(1);
  const uint64_t b = Create(2);
  handles_.Destroy(a);
  EXPECT_EQ(handles_.Get(a), nullptr);
  const uint64_t c = Create(3);
  EXPECT_EQ(SlotOf(c), SlotOf(a));
  EXPECT_NE(c, a);
  EXPECT_EQ(handles_.Get(a), nullptr);
  EXPECT_EQ(*handles_.Get(b), 2);
}

TEST_F(HandleTableTest, UnknownHandlesAreBad) {
  EXPECT_EQ(handles_.Get(0), nullptr);
  const uint64_t a = Create(1);
  EXPECT_EQ(handles_.Get(0), nullptr);
  EXPECT_EQ(handles_.Get(a + 1), nullptr);
  EXPECT_EQ(handles_.Get(a ^ uint64_t{1} << 32), nullptr);
  EXPECT_EQ(handles_.Get(a | 0x80000000), nullptr);
}

TEST_F(HandleTableTest, TheCheckOfAllOnesFitsEveryHandle) {
  const uint64_t a = Create(1);
  EXPECT_EQ(*handles_.Get(kAnyCheck | SlotOf(a)), 1);
  handles_.Destroy(kAnyCheck | SlotOf(a));
  EXPECT_EQ(handles_.Get(a), nullptr);
  EXPECT_EQ(handles_.Get(kAnyCheck | SlotOf(a)), nullptr);
}

TEST_F(HandleTableTest, AHandleThatWasAskedAboutNeverGivesItsSlotBack) {
  EXPECT_FALSE(handles_.AnyAndLeak());
  const uint64_t a = Create(1);
  EXPECT_TRUE(handles_.AnyAndLeak());
  handles_.Destroy(a);
  EXPECT_EQ(handles_.Get(a), nullptr);
  EXPECT_FALSE(handles_.AnyAndLeak());
  EXPECT_NE(SlotOf(Create(2)), SlotOf(a));
}

TEST(CheckSequence, IsPositiveAndDoesNotRepeat) {
  CheckSequence checks;
  std::set<uint32_t> seen;
  for (int i = 0; i < 100'000; ++i) {
    const uint32_t check = checks.Next();
    EXPECT_GT(static_cast<int32_t>(check), 0);
    EXPECT_TRUE(seen.insert(check).second);
  }
}

}  // namespace
}  // namespace cmapsim
