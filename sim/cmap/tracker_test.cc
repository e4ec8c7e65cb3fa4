#include "sim/cmap/tracker.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

constexpr int32_t kAll = kTrackAdd | kTrackModify | kTrackDelete;

class TrackerTest : public testing::Test {
 protected:
  TrackerId Add(std::string_view key, int32_t mask, uint64_t instance) {
    return trackers_.Add(tree_, key, /*connection=*/1, mask, instance);
  }

  // The instances that are told, in order.
  std::string Told(std::string_view key, int32_t event = kTrackModify) {
    std::string told;
    trackers_.ForEachInterested(tree_, tree_.Insert(key), event, [&told](const Tracker& tracker) {
      told += std::to_string(tracker.instance) + " ";
    });
    return told;
  }

  KeyTree tree_;
  TrackerTable trackers_;
};

TEST_F(TrackerTest, OfAKeyIsToldOfThatKeyOnly) {
  Add("test.a", kAll, 1);
  EXPECT_EQ(Told("test.a"), "1 ");
  EXPECT_EQ(Told("test.ab"), "");
  EXPECT_EQ(Told("test."), "");
}

TEST_F(TrackerTest, OfAPrefixIsToldOfEveryKeyThatBeginsWithIt) {
  Add("test.a", kAll | kTrackPrefix, 1);
  EXPECT_EQ(Told("test.a"), "1 ");
  EXPECT_EQ(Told("test.ab"), "1 ") << "characters count, not components";
  EXPECT_EQ(Told("test.a.b"), "1 ");
  EXPECT_EQ(Told("test.b"), "");
}

TEST_F(TrackerTest, OfAllKeysNeedsThePrefixBit) {
  Add("", kAll, 1);
  Add("", kAll | kTrackPrefix, 2);
  EXPECT_EQ(Told("test.a"), "2 ");
}

TEST_F(TrackerTest, IsToldOfTheEventsInItsMaskOnly) {
  Add("test.a", kTrackAdd, 1);
  Add("test.a", kTrackModify, 2);
  Add("test.a", kTrackDelete, 3);
  Add("test.a", 0, 4);
  EXPECT_EQ(Told("test.a", kTrackAdd), "1 ");
  EXPECT_EQ(Told("test.a", kTrackModify), "2 ");
  EXPECT_EQ(Told("test.a", kTrackDelete), "3 ");
}

TEST_F(TrackerTest, OfALongerPrefixIsToldBeforeThatOfAShorterOne) {
  Add("", kAll | kTrackPrefix, 1);
  Add("test.", kAll | kTrackPrefix, 2);
  Add("test.a.b", kAll, 3);
  Add("test.a.", kAll | kTrackPrefix, 4);
  EXPECT_EQ(Told("test.a.b"), "3 4 2 1 ");
}

TEST_F(TrackerTest, OfTheKeyAloneComesFirstNewestFirstThenPrefixesOldestFirst) {
  Add("test.a", kAll | kTrackPrefix, 1);
  Add("test.a", kAll, 2);
  Add("test.a", kAll | kTrackPrefix, 3);
  Add("test.a", kAll, 4);
  EXPECT_EQ(Told("test.a"), "4 2 1 3 ");
}

TEST_F(TrackerTest, OfAllKeysComesNewestFirst) {
  Add("", kAll | kTrackPrefix, 1);
  Add("", kAll | kTrackPrefix, 2);
  EXPECT_EQ(Told("test.a"), "2 1 ");
}

TEST_F(TrackerTest, IsToldNothingAfterItsRemoval) {
  const TrackerId first = Add("test.a", kAll, 1);
  const TrackerId middle = Add("test.a", kAll, 2);
  const TrackerId last = Add("test.a", kAll, 3);
  trackers_.Remove(tree_, middle);
  EXPECT_EQ(Told("test.a"), "3 1 ");
  trackers_.Remove(tree_, first);
  EXPECT_EQ(Told("test.a"), "3 ");
  trackers_.Remove(tree_, last);
  EXPECT_EQ(Told("test.a"), "");
  Add("test.a", kAll, 4);
  EXPECT_EQ(Told("test.a"), "4 ");
}

TEST_F(TrackerTest, IsFoundAgainWhenItsNodeWasSplit) {
  const TrackerId tracker = Add("test.ab", kAll, 1);
  Add("test.ac", kAll, 2);
  EXPECT_EQ(Told("test.ab"), "1 ");
  trackers_.Remove(tree_, tracker);
  EXPECT_EQ(Told("test.ab"), "");
  EXPECT_EQ(Told("test.ac"), "2 ");
}

TEST_F(TrackerTest, OfNothingIsNeverTold) {
  const TrackerId tracker = trackers_.AddToNothing(1, kAll | kTrackPrefix, 1);
  EXPECT_EQ(Told("test.a"), "");
  trackers_.Remove(tree_, tracker);
}

}  // namespace
}  // namespace cmapsim
