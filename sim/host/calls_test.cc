// The table of interposed calls against what is defined: a row without a definition would reach the
// real host unseen.
#include "sim/host/calls.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <set>
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

// Whether the C library offers the name to programs: not GLIBC_PRIVATE.
bool IsPublic(const std::string& name) {
  for (const char* const version :
       {"GLIBC_2.2.5", "GLIBC_2.2.6", "GLIBC_2.3.2", "GLIBC_2.3.3", "GLIBC_2.3.4", "GLIBC_2.4",
        "GLIBC_2.7", "GLIBC_2.8", "GLIBC_2.9", "GLIBC_2.15", "GLIBC_2.16", "GLIBC_2.28",
        "GLIBC_2.33", "GLIBC_2.34", "GLIBC_2.35"}) {
    if (dlvsym(RTLD_NEXT, name.c_str(), version) != nullptr) return true;
  }
  return false;
}

// The C library has many names for one function: with 64 behind it, fortified, or its own with lines
// before it. A program that uses one of them must not slip through.
TEST(CallsTest, EveryOtherNameOfACallHasARowToo) {
  std::set<std::string> rows;
#define CMAPSIM_X(name, what) rows.insert(#name);
  CMAPSIM_CALLS(CMAPSIM_X)
  CMAPSIM_PASSING_CALLS(CMAPSIM_X)
#undef CMAPSIM_X
  int others = 0;
  for (const std::string& name : std::set<std::string>(rows)) {
    for (const std::string& other :
         {"__" + name, "__" + name + "_chk", name + "64", "__" + name + "64", "__" + name + "_2",
          "__" + name + "64_2", "__" + name + "64_chk", name + "_time64"}) {
      if (!IsPublic(other)) continue;
      ++others;
      EXPECT_TRUE(rows.contains(other)) << other << " has no row, and " << name << " has";
    }
  }
  EXPECT_GT(others, 40);
}

TEST(CallsTest, AFunctionWithoutARowIsTheCLibrarys) {
  EXPECT_NE(FileThatDefines("getgrnam"), FileThatDefines("main"));
}

}  // namespace
}  // namespace cmapsim
