#include "sim/core/operations.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace cmapsim {
namespace {

// An operation that is added to the table is to be looked at here. What the library does is held against it by
// //conformance/targets:asks_service_test.
TEST(AsksService, IsSaidOfEveryOperationButThese) {
  const std::set<std::string_view> asking_nobody = {
      "finalize", "fd_get", "dispatch", "context_set", "context_get", "poll", "sleep",
      "service",  "start",  "join",     "sigaction",   "signal",      "input"};
  for (const std::string_view name : OpNames()) {
    EXPECT_EQ(AsksService(*ParseOp(name)), !asking_nobody.contains(name)) << name;
  }
}

TEST(ChangesKey, IsSaidOfWhatSetsDeletesOrCounts) {
  for (const std::string_view name : OpNames()) {
    const bool changes =
        name.starts_with("set") || name == "delete" || name == "inc" || name == "dec";
    EXPECT_EQ(ChangesKey(*ParseOp(name)), changes) << name;
  }
}

}  // namespace
}  // namespace cmapsim
