// The table of interposed calls against what is defined: a row without a definition would reach the
// real host unseen.
#include "sim/host/calls.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <string>

#include "sim/host/virtual_host.h"

namespace cmapsim {
namespace {

std::string FileThatDefines(const char* name) {
  Dl_info info = {};
  void* address = dlsym(RTLD_DEFAULT, name);
  return address != nullptr && dladdr(address, &info) != 0 ? info.dli_fname : "nothing";
}

TEST(CallsTest, EveryRowOfTheTableIsDefinedHere) {
  const std::string ours = FileThatDefines("main");
#define CMAPSIM_X(name, disposition) EXPECT_EQ(FileThatDefines(#name), ours) << #name;
  CMAPSIM_CALLS(CMAPSIM_X)
#undef CMAPSIM_X
}

TEST(CallsTest, AFunctionWithoutARowIsTheCLibrarys) {
  EXPECT_NE(FileThatDefines("pipe"), FileThatDefines("main"));
}

}  // namespace
}  // namespace cmapsim
