#include "conformance/targets/client_watch.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace cmapsim {
namespace {

TEST(OperationUnderWay, IsThatOfTheLastLineThatIsTheClients) {
  EXPECT_EQ(OperationUnderWay(""), "no call");
  EXPECT_EQ(OperationUnderWay("0 > 0 initialize connection=0\n"), "initialize");
  EXPECT_EQ(OperationUnderWay("0 > 0 initialize connection=0\n0 < 0 CS_OK handle=h1\n"), "no call");
  EXPECT_EQ(OperationUnderWay("0 > 1 get_uint8 connection=0 key=a\n0 @ 2 service CS_OK\n"),
            "get_uint8");
  EXPECT_EQ(OperationUnderWay("0 > 3 dispatch connection=0 mode=ALL\n0 ! 1 handle=h1\n0 ~ 1\n"),
            "dispatch");
}

TEST(ProcessCpuTime, IsTheSameByProcAndByItsClock) {
  const Nanos before = ProcessCpuTimeInProc(getpid());
  volatile uint64_t work = 0;
  while (ProcessCpuTime(getpid()) < before + 100 * kMillisecond) work = work + 1;
  // Ticks of 10 ms, and this process's own threads.
  EXPECT_GE(ProcessCpuTimeInProc(getpid()), before + 80 * kMillisecond);
  EXPECT_EQ(ProcessCpuTimeInProc(-1), 0);
}

TEST(IsRequest, IsSaidOfShortcutsToo) {
  EXPECT_TRUE(IsRequest("initialize"));
  EXPECT_TRUE(IsRequest("set"));
  EXPECT_TRUE(IsRequest("set_uint8"));
  EXPECT_TRUE(IsRequest("get_string"));
  EXPECT_FALSE(IsRequest("dispatch"));
  EXPECT_FALSE(IsRequest("no call"));
}

}  // namespace
}  // namespace cmapsim
