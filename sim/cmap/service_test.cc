// The service by its interface: replies, and who is told what.

#include "sim/cmap/service.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

using std::string_literals::operator""s;  // NOLINT(misc-unused-using-decls)
using enum CsError;

constexpr int32_t kAll = kTrackAdd | kTrackModify | kTrackDelete;
constexpr uint64_t kAnyCheck = uint64_t{0xffffffff} << 32;

const KeyTable& FirstKeys() {
  static const KeyTable table({{"fixed.number", Value::Integer(ValueType::kUInt8, 1), false}},
                              {"fixed."}, {"alone"});
  return table;
}

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    service_.SetNotify([this](ConnectionId to, const Notification& n) {
      told_ += std::to_string(to) + "/" + std::to_string(n.instance) + " " + EventName(n.event) +
               " " + std::string(n.key) + " " + FormatValue(n.new_value.type, n.new_value.bytes) +
               " " + FormatValue(n.old_value.type, n.old_value.bytes) + "\n";
    });
    service_.Connect(1);
    service_.Connect(2);
  }

  static std::string EventName(int32_t event) {
    return event == kTrackAdd ? "ADD" : event == kTrackDelete ? "DELETE" : "MODIFY";
  }

  CsError SetNumber(std::string_view key, char number, ConnectionId by = 1) {
    return service_.Set(by, key, ValueType::kUInt8, {&number, 1});
  }
  CsError Get(std::string_view key) { return service_.Get(1, key, 0, got_); }
  uint64_t Track(std::string_view key, int32_t mask, uint64_t instance = 7, ConnectionId by = 1) {
    uint64_t handle = 0;
    EXPECT_EQ(service_.TrackAdd(by, key, mask, instance, handle), kOk);
    return handle;
  }
  uint64_t Iterate(std::string_view prefix, ConnectionId by = 1) {
    uint64_t handle = 0;
    EXPECT_EQ(service_.IterInit(by, prefix, handle), kOk);
    return handle;
  }
  std::string Next(uint64_t iterator, ConnectionId by = 1) {
    std::string_view key;
    const CsError error = service_.IterNext(by, iterator, key, got_);
    return error == kOk ? std::string(key) : error == kNoSections ? "end" : "error";
  }
  std::string Told() { return std::exchange(told_, ""); }

  Service service_{FirstKeys()};
  ValueView got_;
  std::string told_;
};

// ----- set -----

TEST_F(ServiceTest, SetThenGetGivesTheValue) {
  EXPECT_EQ(SetNumber("test.a", 5), kOk);
  EXPECT_EQ(Get("test.a"), kOk);
  EXPECT_EQ(got_.type, ValueType::kUInt8);
  EXPECT_EQ(got_.bytes, "\5");
}

TEST_F(ServiceTest, AReadOnlyKeyIsRefusedBeforeAnythingElseIsLookedAt) {
  EXPECT_EQ(service_.Set(1, "fixed.number", ValueType::kUInt8, "too long"), kAccess);
  EXPECT_EQ(service_.Set(1, "fixed.no name!", ValueType::kUInt8, "\1"), kAccess);
  EXPECT_EQ(SetNumber("fixed.number", 1), kAccess) << "even where nothing would change";
  EXPECT_EQ(SetNumber("alone", 1), kAccess);
  EXPECT_EQ(service_.Delete(1, "fixed.nothing"), kAccess);
  EXPECT_EQ(service_.AdjustInt(1, "fixed.nothing", 1), kAccess);
}

TEST_F(ServiceTest, ABadLengthIsRefusedBeforeABadName) {
  EXPECT_EQ(service_.Set(1, "a", ValueType::kUInt8, "too long"), kInvalidParam);
  EXPECT_EQ(SetNumber("a", 1), kNameTooLong);
  EXPECT_EQ(SetNumber("", 1), kNameTooLong);
  EXPECT_EQ(SetNumber("test a", 1), kNameTooLong);
  EXPECT_EQ(SetNumber(std::string(256, 'a'), 1), kNameTooLong);
}

TEST_F(ServiceTest, ANameEndsAtItsFirstNul) {
  EXPECT_EQ(SetNumber("test.a\0b"s, 1), kOk);
  EXPECT_EQ(Get("test.a"), kOk);
  EXPECT_EQ(Get("test.a\0c"s), kOk);
}

TEST_F(ServiceTest, TypesWithoutANameAreKeptWithLengthZero) {
  EXPECT_EQ(service_.Set(1, "test.a", ValueType{0}, ""), kOk);
  EXPECT_EQ(service_.Set(1, "test.a", ValueType{13}, ""), kOk);
  EXPECT_EQ(Get("test.a"), kOk);
  EXPECT_EQ(got_.type, ValueType{13});
  EXPECT_EQ(service_.AdjustInt(1, "test.a", 1), kOk) << "and left as it is";
}

// ----- get -----

TEST_F(ServiceTest, GetGivesAStringWithItsNul) {
  service_.Set(1, "test.a", ValueType::kString, "on");
  EXPECT_EQ(service_.Get(1, "test.a", 100, got_), kOk);
  EXPECT_EQ(got_.bytes, "on\0"s);
}

TEST_F(ServiceTest, GetWantsRoomForTheWholeValueOrNone) {
  service_.Set(1, "test.a", ValueType::kString, "on");
  EXPECT_EQ(service_.Get(1, "test.a", 2, got_), kInvalidParam);
  EXPECT_EQ(service_.Get(1, "test.a", 3, got_), kOk);
  EXPECT_EQ(service_.Get(1, "test.a", 0, got_), kOk);
  EXPECT_EQ(got_.bytes.size(), 3u);
  EXPECT_EQ(service_.Get(1, "test.b", 0, got_), kNotExist);
}

// ----- delete and adjust -----

TEST_F(ServiceTest, ADeletedKeyIsGone) {
  SetNumber("test.a", 1);
  EXPECT_EQ(service_.Delete(1, "test.a"), kOk);
  EXPECT_EQ(Get("test.a"), kNotExist);
  EXPECT_EQ(service_.Delete(1, "test.a"), kNotExist);
}

TEST_F(ServiceTest, AdjustingAnIntegerWrapsAndTellsAModification) {
  SetNumber("test.a", '\xff');
  Track("test.a", kAll);
  EXPECT_EQ(service_.AdjustInt(2, "test.a", 1), kOk);
  EXPECT_EQ(Told(), "1/7 MODIFY test.a uint8:0 uint8:255\n");
  EXPECT_EQ(service_.AdjustInt(2, "test.a", 256), kOk);
  EXPECT_EQ(Told(), "") << "nothing changed";
}

TEST_F(ServiceTest, OnlyIntegersAreAdjusted) {
  EXPECT_EQ(service_.AdjustInt(1, "test.a", 1), kNotExist);
  for (const ValueType type : {ValueType::kString, ValueType::kBinary}) {
    service_.Set(1, "test.a", type, "1");
    EXPECT_EQ(service_.AdjustInt(1, "test.a", 1), kInvalidParam);
  }
  service_.Set(1, "test.a", ValueType::kFloat, "1234");
  EXPECT_EQ(service_.AdjustInt(1, "test.a", 1), kInvalidParam);
}

// ----- trackers -----

TEST_F(ServiceTest, TrackersAreToldOfAdditionsModificationsAndDeletions) {
  Track("test.", kAll | kTrackPrefix);
  SetNumber("test.a", 1);
  SetNumber("test.a", 2, /*by=*/2);
  service_.Delete(1, "test.a");
  EXPECT_EQ(Told(),
            "1/7 ADD test.a uint8:1 unset\n"
            "1/7 MODIFY test.a uint8:2 uint8:1\n"
            "1/7 DELETE test.a unset uint8:2\n");
}

TEST_F(ServiceTest, AnUnchangedValueIsNoEvent) {
  service_.Set(1, "test.a", ValueType::kString, "on");
  Track("test.a", kAll);
  service_.Set(1, "test.a", ValueType::kString, "on");
  service_.Set(1, "test.a", ValueType::kString, "on\0"s);
  EXPECT_EQ(Told(), "");
}

TEST_F(ServiceTest, TheSameBytesUnderAnotherTypeAreAnEvent) {
  SetNumber("test.a", 1);
  Track("test.a", kAll);
  service_.Set(1, "test.a", ValueType::kInt8, "\1");
  EXPECT_EQ(Told(), "1/7 MODIFY test.a int8:1 uint8:1\n");
}

TEST_F(ServiceTest, ANotificationHasAStringWithItsNul) {
  Track("test.a", kAll);
  service_.Set(1, "test.a", ValueType::kString, "on");
  EXPECT_EQ(Told(), "1/7 ADD test.a string:\"on\\x00\" unset\n");
}

TEST_F(ServiceTest, EveryConnectionIsToldOfEveryChange) {
  Track("test.a", kAll, 11, 1);
  Track("test.a", kAll, 22, 2);
  SetNumber("test.a", 1);
  EXPECT_EQ(Told(), "2/22 ADD test.a uint8:1 unset\n1/11 ADD test.a uint8:1 unset\n");
}

TEST_F(ServiceTest, AMaskWithOtherBitsIsRefused) {
  uint64_t handle = 0;
  EXPECT_EQ(service_.TrackAdd(1, "test.a", 0x10, 1, handle), kInvalidParam);
  EXPECT_EQ(service_.TrackAdd(1, "test.a", -1, 1, handle), kInvalidParam);
  EXPECT_EQ(service_.TrackAdd(1, "test.a", 0, 1, handle), kOk);
  EXPECT_EQ(service_.TrackerCount(1), 1u);
}

TEST_F(ServiceTest, ATrackedNameNeedNotBeOneForAKey) {
  Track("t", kAll | kTrackPrefix);
  SetNumber("test.a", 1);
  EXPECT_EQ(Told(), "1/7 ADD test.a uint8:1 unset\n");
}

TEST_F(ServiceTest, ADeletedTrackerIsToldNothing) {
  const uint64_t handle = Track("test.a", kAll, 7);
  uint64_t instance = 0;
  EXPECT_EQ(service_.TrackDelete(1, handle, instance), kOk);
  EXPECT_EQ(instance, 7u);
  EXPECT_EQ(service_.TrackDelete(1, handle, instance), kBadHandle);
  SetNumber("test.a", 1);
  EXPECT_EQ(Told(), "");
}

TEST_F(ServiceTest, HandlesBelongToTheirConnection) {
  const uint64_t tracker = Track("test.a", kAll);
  const uint64_t iterator = Iterate("test.");
  uint64_t instance = 0;
  EXPECT_EQ(service_.TrackDelete(2, tracker, instance), kBadHandle);
  EXPECT_EQ(Next(iterator, 2), "error");
  EXPECT_EQ(service_.IterFinalize(2, iterator), kBadHandle);
  EXPECT_EQ(service_.TrackDelete(1, kAnyCheck | (tracker & 0xffffffff), instance), kOk);
}

// ----- iterators -----

TEST_F(ServiceTest, AnIteratorEndsWithNoSectionsAndGoesOnSayingSo) {
  SetNumber("test.a", 1);
  const uint64_t iterator = Iterate("test.");
  EXPECT_EQ(Next(iterator), "test.a");
  EXPECT_EQ(got_.bytes.size(), 1u);
  EXPECT_EQ(Next(iterator), "end");
  EXPECT_EQ(Next(iterator), "end");
  EXPECT_EQ(service_.IterFinalize(1, iterator), kOk);
  EXPECT_EQ(Next(iterator), "error");
  EXPECT_EQ(service_.IterFinalize(1, iterator), kBadHandle);
}

TEST_F(ServiceTest, AnIteratorOverNothingIsMadeAllTheSame) {
  EXPECT_EQ(Next(Iterate("nothing.")), "end");
}

TEST_F(ServiceTest, ADeletionUnderAnIteratorIsToldWhenThatMovesOn) {
  Track("test.", kTrackModify | kTrackDelete | kTrackPrefix);
  SetNumber("test.a", 1);
  const uint64_t iterator = Iterate("test.", /*by=*/2);
  EXPECT_EQ(Next(iterator, 2), "test.a");
  EXPECT_EQ(service_.Delete(1, "test.a"), kOk);
  EXPECT_EQ(Told(), "");
  EXPECT_EQ(Get("test.a"), kOk);
  EXPECT_EQ(SetNumber("test.a", 9), kOk);
  EXPECT_EQ(Told(), "1/7 MODIFY test.a uint8:9 uint8:1\n");
  EXPECT_EQ(Next(iterator, 2), "end");
  EXPECT_EQ(Told(), "1/7 DELETE test.a unset uint8:9\n");
  EXPECT_EQ(Get("test.a"), kNotExist);
}

TEST_F(ServiceTest, AddingATrackerMakesAnIteratorGiveItsKeyAgain) {
  SetNumber("test.a", 1);
  const uint64_t iterator = Iterate("test.");
  EXPECT_EQ(Next(iterator), "test.a");
  Track("test.", kAll | kTrackPrefix);
  EXPECT_EQ(Next(iterator), "test.a");
  EXPECT_EQ(Next(iterator), "end");
}

TEST_F(ServiceTest, OverASocketAnIteratorTakesTheLastNameSentForItsPrefix) {
  service_.Connect(3, Transport::kSocket);
  SetNumber("test.a", 1);
  SetNumber("other.a", 1);
  const uint64_t iterator = Iterate("test.", 3);
  service_.Get(3, "other.a", 0, got_);
  EXPECT_EQ(Next(iterator, 3), "other.a");
  const uint64_t started = Iterate("test.", 3);
  EXPECT_EQ(Next(started, 3), "test.a");
  service_.Get(3, "other.a", 0, got_);
  EXPECT_EQ(Next(started, 3), "end") << "its prefix was looked up at the first step";
}

TEST_F(ServiceTest, AKeyDeletedTwiceUnderAnIteratorIsCounted) {
  SetNumber("test.a", 1);
  const uint64_t iterator = Iterate("test.");
  EXPECT_EQ(Next(iterator), "test.a");
  service_.Delete(1, "test.a");
  EXPECT_EQ(service_.FreedUnderIterator(), 0);
  service_.Delete(1, "test.a");
  EXPECT_EQ(service_.FreedUnderIterator(), 1);
  EXPECT_EQ(Next(iterator), "end");
}

// ----- connections and maps -----

TEST_F(ServiceTest, DisconnectingTakesTrackersAndIteratorsAlong) {
  SetNumber("test.a", 1);
  Track("test.", kAll | kTrackPrefix, 11, 1);
  Track("test.", kAll | kTrackPrefix, 22, 2);
  EXPECT_EQ(Next(Iterate("test.", 2), 2), "test.a");
  service_.Delete(1, "test.a");
  service_.Disconnect(2);
  EXPECT_EQ(Told(), "1/11 DELETE test.a unset uint8:1\n");
  SetNumber("test.a", 1);
  EXPECT_EQ(Told(), "1/11 ADD test.a uint8:1 unset\n");
  service_.Connect(2);
  EXPECT_EQ(service_.TrackerCount(2), 0u);
}

TEST_F(ServiceTest, TheMapCannotBeLeftWhileTrackersOrIteratorsExist) {
  const uint64_t iterator = Iterate("");
  EXPECT_EQ(service_.SetCurrentMap(1, 1), kBusy);
  EXPECT_EQ(service_.SetCurrentMap(1, 7), kBusy) << "before the map is looked at";
  service_.IterFinalize(1, iterator);
  EXPECT_EQ(service_.SetCurrentMap(1, 7), kNotExist);
  EXPECT_EQ(service_.SetCurrentMap(1, 1), kOk);
  EXPECT_EQ(service_.SetCurrentMap(1, 0), kOk);
  Track("test.a", kAll);
  EXPECT_EQ(service_.SetCurrentMap(1, 1), kBusy);
}

TEST_F(ServiceTest, TheStatisticsMapIsReadOnly) {
  ASSERT_EQ(service_.SetCurrentMap(1, 1), kOk);
  EXPECT_EQ(SetNumber("test.a", 1), kAccess);
  EXPECT_EQ(SetNumber("stats.clear.all", 1), kOk);
  EXPECT_EQ(SetNumber("stats.clear.nothing", 1), kNotSupported);
  EXPECT_EQ(service_.Delete(1, "test.a"), kAccess);
  EXPECT_EQ(service_.Delete(1, "stats.clear.all"), kNotSupported);
  EXPECT_EQ(service_.AdjustInt(1, "test.a", 1), kAccess);
  EXPECT_EQ(Get("fixed.number"), kNotExist);
  uint64_t handle = 0;
  EXPECT_EQ(service_.TrackAdd(1, "", kTrackModify | kTrackPrefix, 1, handle), kNotSupported);
  EXPECT_EQ(service_.TrackAdd(1, "", kAll | kTrackPrefix, 1, handle), kOk);
  SetNumber("test.a", 1, /*by=*/2);
  EXPECT_EQ(Told(), "") << "changes of the other map";
}

TEST_F(ServiceTest, ResetForgetsEverythingButTheFirstKeys) {
  const auto run = [this] {
    std::string handles =
        std::to_string(Track("test.", kAll | kTrackPrefix)) + " " + std::to_string(Iterate(""));
    SetNumber("test.a", 1);
    return handles + Told();
  };
  const std::string first = run();
  service_.Reset(FirstKeys());
  EXPECT_TRUE(Told().empty());
  service_.Connect(1);
  service_.Connect(2);
  EXPECT_EQ(Get("test.a"), kNotExist);
  EXPECT_EQ(Get("fixed.number"), kOk);
  EXPECT_EQ(run(), first) << "the same handles as well";
}

}  // namespace
}  // namespace cmapsim
