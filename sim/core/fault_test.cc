#include "sim/core/fault.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace cmapsim {
namespace {

TEST(Fault, EveryNameIsReadBackAsWhatItNames) {
  for (const std::string_view name : FaultNames()) {
    Fault fault;
    ASSERT_TRUE(ParseFaultName(name, fault)) << name;
    EXPECT_EQ(FaultName(fault), name);
    EXPECT_EQ(FindFaultRow(name), &RowOf(fault.kind)) << name;
  }
  Fault fault;
  EXPECT_FALSE(ParseFaultName("service.reply", fault));
  EXPECT_FALSE(ParseFaultName("host.*.errno", fault));
  EXPECT_FALSE(ParseFaultName("host.fly.errno", fault));
  EXPECT_FALSE(ParseFaultName("", fault));
}

TEST(Fault, RowsStandInTheOrderOfTheirKinds) {
  for (size_t i = 0; i < FaultTable().size(); ++i) {
    EXPECT_EQ(static_cast<size_t>(FaultTable()[i].kind), i);
  }
}

TEST(Fault, EveryNameIsLayerOperationEffectOrLayerEffect) {
  std::set<std::string_view> names;
  for (const FaultRow& row : FaultTable()) {
    const auto dots = std::count(row.name.begin(), row.name.end(), '.');
    EXPECT_TRUE(dots == 1 || dots == 2) << row.name;
    EXPECT_TRUE(row.name.starts_with("service.") || row.name.starts_with("host.")) << row.name;
    EXPECT_TRUE(row.sentence.ends_with('.')) << row.name;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  }
}

TEST(Fault, AFieldIsSpokenOfWhereItIsTaken) {
  for (const FaultRow& row : FaultTable()) {
    for (size_t i = 0; i < FaultFieldNames().size(); ++i) {
      const std::string quoted = "`" + std::string(FaultFieldNames()[i]) + "`";
      EXPECT_EQ(row.Takes(static_cast<FaultField>(i)),
                row.sentence.find(quoted) != row.sentence.npos)
          << row.name << " " << quoted;
    }
  }
}

TEST(Fault, OnlyACallThatMovesBytesCanBeShort) {
  Fault fault;
  EXPECT_TRUE(ParseFaultName("host.recv.short", fault));
  EXPECT_FALSE(ParseFaultName("host.poll.short", fault));
  EXPECT_TRUE(ParseFaultName("host.poll.ready", fault));
  EXPECT_FALSE(ParseFaultName("host.recv.ready", fault));
  EXPECT_FALSE(ParseFaultName("host.send.end", fault));
}

TEST(Fault, StrikesAtTheNthOrFromTheNthOn) {
  Fault fault;
  fault.nth = 3;
  EXPECT_FALSE(StrikesAt(fault, 2));
  EXPECT_TRUE(StrikesAt(fault, 3));
  EXPECT_FALSE(StrikesAt(fault, 4));
  fault.nth = 0;
  EXPECT_TRUE(StrikesAt(fault, 1));
  fault.from = 3;
  EXPECT_FALSE(StrikesAt(fault, 2));
  EXPECT_TRUE(StrikesAt(fault, 300));
}

}  // namespace
}  // namespace cmapsim
