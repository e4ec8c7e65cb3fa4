#include "conformance/oracle/map_model.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

using Kind = Effect::Kind;

HeldValue UInt8(uint8_t number) {
  return {ValueType::kUInt8, std::string(1, static_cast<char>(number))};
}

Plan WithKeys(std::vector<FirstKey> keys) {
  Plan plan;
  plan.keys = std::move(keys);
  return plan;
}

TEST(MapModelTest, AValueIsAddedModifiedAndDeleted) {
  const Plan plan = WithKeys({});
  MapModel map(plan, false);
  EXPECT_EQ(map.Set("test.a", UInt8(1)).event, kTrackAdd);
  const Effect modified = map.Set("test.a", UInt8(2));
  EXPECT_EQ(modified.event, kTrackModify);
  EXPECT_EQ(modified.before, UInt8(1));
  const Effect deleted = map.Delete("test.a");
  EXPECT_EQ(deleted.event, kTrackDelete);
  EXPECT_EQ(deleted.before, UInt8(2));
  EXPECT_EQ(map.Find("test.a").presence, MapModel::Presence::kAbsent);
}

TEST(MapModelTest, TheSameValueIsNoChange) {
  const Plan plan = WithKeys({});
  MapModel map(plan, false);
  map.Set("test.a", UInt8(1));
  EXPECT_EQ(map.Set("test.a", UInt8(1)).kind, Kind::kNothing);
  EXPECT_EQ(map.Set("test.a", {ValueType::kInt8, "\x01"}).kind, Kind::kChanged);
}

TEST(MapModelTest, IntegersWrap) {
  const Plan plan = WithKeys({});
  MapModel map(plan, false);
  map.Set("test.a", UInt8(255));
  EXPECT_EQ(map.Adjust("test.a", 1).after, UInt8(0));
  EXPECT_EQ(map.Adjust("test.a", -1).after, UInt8(255));
  map.Set("test.b", {ValueType::kInt16, std::string("\xff\x7f", 2)});
  EXPECT_EQ(map.Adjust("test.b", 1).after->bytes, std::string("\x00\x80", 2));
}

TEST(MapModelTest, FirstKeysAreThereAgainAfterAReset) {
  const Plan plan = WithKeys({{"test.a", Value::String("on"), true}});
  MapModel map(plan, false);
  EXPECT_EQ(map.Find("test.a").value.bytes, std::string("on\0", 3));
  EXPECT_TRUE(map.IsReadOnly("test.a"));
  map.Delete("test.a");
  map.Reset();
  EXPECT_EQ(map.Find("test.a").presence, MapModel::Presence::kPresent);
}

TEST(MapModelTest, TheServicesOwnKeysAreUnknownUntilTheyAreTouched) {
  const Plan plan;
  MapModel map(plan, false);
  EXPECT_EQ(map.Find("totem.token").presence, MapModel::Presence::kUnknown);
  EXPECT_EQ(map.Find("test.a").presence, MapModel::Presence::kAbsent);
  EXPECT_EQ(map.Set("totem.token", UInt8(1)).kind, Kind::kPerhaps);
  EXPECT_EQ(map.Set("totem.token", UInt8(1)).kind, Kind::kNothing);
}

TEST(MapModelTest, BesideADaemonFirstKeysAreNotAll) {
  const Plan plan = WithKeys({});
  EXPECT_EQ(MapModel(plan, true).Find("totem.token").presence, MapModel::Presence::kUnknown);
  EXPECT_EQ(MapModel(plan, false).Find("totem.token").presence, MapModel::Presence::kAbsent);
}

TEST(MapModelTest, StringsAreHeldWithTheirEnd) {
  EXPECT_EQ(Hold(Value::String("on"))->bytes, std::string("on\0", 3));
  EXPECT_EQ(Hold(Value::String(std::string("on\0", 3)))->bytes, std::string("on\0", 3));
  EXPECT_FALSE(Hold(Value::String(std::string("o\0n", 3))).has_value());
  EXPECT_EQ(Hold(Value::Binary(""))->bytes, "");
  EXPECT_FALSE(Hold({ValueType::kUInt32, "ab"}).has_value());
  EXPECT_FALSE(Hold({static_cast<ValueType>(77), ""}).has_value());
}

TEST(MapModelTest, NamesAreOfThreeTo255OfTheirCharacters) {
  EXPECT_FALSE(KeyLengthFits("ab"));
  EXPECT_TRUE(KeyLengthFits("abc"));
  EXPECT_TRUE(KeyLengthFits(std::string(255, 'k')));
  EXPECT_FALSE(KeyLengthFits(std::string(256, 'k')));
  EXPECT_TRUE(KeyCharactersFit("aZ09._-/:"));
  EXPECT_FALSE(KeyCharactersFit("a b"));
}

}  // namespace
}  // namespace cmapsim
