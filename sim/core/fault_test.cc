#include "sim/core/fault.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cmapsim {
namespace {

TEST(Fault, EveryRowIsFoundByItsName) {
  for (size_t i = 0; i < FaultTable().size(); ++i) {
    const FaultRow& row = FaultTable()[i];
    EXPECT_EQ(static_cast<size_t>(row.kind), i);
    EXPECT_EQ(ParseFault(row.name), row.kind);
  }
  EXPECT_FALSE(ParseFault("service.reply"));
  EXPECT_FALSE(ParseFault(""));
}

TEST(Fault, EveryNameIsLayerOperationEffectOrLayerEffect) {
  for (const FaultRow& row : FaultTable()) {
    const auto dots = std::count(row.name.begin(), row.name.end(), '.');
    EXPECT_TRUE(dots == 1 || dots == 2) << row.name;
    EXPECT_TRUE(row.name.starts_with("service.") || row.name.starts_with("host.")) << row.name;
    EXPECT_TRUE(row.sentence.ends_with('.')) << row.name;
  }
}

TEST(Fault, ADelayIsSpokenOfWhereItIsTaken) {
  for (const FaultRow& row : FaultTable()) {
    EXPECT_EQ(row.takes_delay, row.sentence.find("`delay`") != row.sentence.npos) << row.name;
  }
}

}  // namespace
}  // namespace cmapsim
