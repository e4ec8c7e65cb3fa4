// Plans beside a real corosync: the traces say what happened, and no case knows of the one before.

#include <gtest/gtest.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "conformance/targets/worker_process.h"
#include "fixtures/corosync/sandbox.h"
#include "sim/core/plan_yaml.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

constexpr char kCorosync[] = "/usr/sbin/corosync";
constexpr char kWorker[] = "conformance/targets/live_worker";
constexpr char kWrongLibrary[] = "conformance/targets/live_worker_test_library.so";

std::optional<std::string> InstalledLibcmap() {
  std::error_code error;
  for (const auto& folder : std::filesystem::directory_iterator("/usr/lib", error)) {
    const auto path = folder.path() / "libcmap.so.4";
    if (std::filesystem::exists(path, error)) return path.string();
  }
  return std::nullopt;
}

// Why nothing can run live here, with what to do about it.
std::optional<std::string> Missing() {
  static const std::optional<std::string> missing = []() -> std::optional<std::string> {
    if (access(kCorosync, X_OK) != 0) {
      return std::string(kCorosync) + " is missing: install the package corosync";
    }
    if (!InstalledLibcmap()) return "libcmap.so.4 is missing: install the package libcmap4";
    return SandboxUnavailable();
  }();
  return missing;
}

struct WorkerUse {
  std::string library;  // empty: the installed one
  std::string transport = "shm";
  std::vector<std::string> arguments = {};
};

tl::expected<std::unique_ptr<WorkerProcess>, std::string> StartWorker(const WorkerUse& use) {
  WorkerOptions options;
  options.executable = kWorker;
  const std::string library = use.library.empty() ? *InstalledLibcmap() : use.library;
  options.arguments = {"--library=" + std::filesystem::absolute(library).string(),
                       "--transport=" + use.transport};
  options.arguments.insert(options.arguments.end(), use.arguments.begin(), use.arguments.end());
  options.library_folder = std::filesystem::absolute(library).parent_path();
  options.watch_calls = false;
  return WorkerProcess::Start(options);
}

class LiveWorkerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto missing = Missing()) GTEST_SKIP() << *missing;
  }
  void Start(const WorkerUse& use) {
    auto started = StartWorker(use);
    ASSERT_TRUE(started) << started.error();
    worker_ = std::move(*started);
  }

  // The trace of these steps, without times; or "error: ...". Whether data is NULL beside a type of unset differs from one
  // libcmap to the next, and is not the worker's affair.
  std::string Run(const std::string& steps) {
    if (worker_ == nullptr) Start({});
    if (worker_ == nullptr) return "error: no worker";
    const auto plan = ParsePlan("cmapsim: 1\nseed: 1\ntransport: shm\n" + steps, "plan");
    if (!plan) return "error: " + plan.error();
    const auto trace = worker_->Run(*plan, TraceLevel::kApi);
    if (!trace) return "error: " + trace.error();
    std::string text = ApiTraceWithoutTime(*trace);
    constexpr std::string_view kData = "!data";
    for (size_t at = 0; (at = text.find(kData, at)) != std::string::npos;) {
      text.erase(at, kData.size());
    }
    return text;
  }

  std::unique_ptr<WorkerProcess> worker_;
};

// The last line but for its "- = ".
std::string Ending(const std::string& trace) {
  const size_t at = trace.rfind("- = ");
  if (at == std::string::npos) return trace;
  return trace.substr(at + 4, trace.size() - at - 5);
}

constexpr char kCallbacks[] = R"(steps:
  - {op: initialize, connection: 0}
  - {op: track_add, connection: 0, tracker: 0, key: test., track: [add, modify, prefix]}
  - {op: set, by: peer, key: test.a, value: uint8:1}
  - {op: set, connection: 0, key: test.a, value: uint8:2}
  - {op: dispatch, connection: 0, mode: ALL}
  - {op: finalize, connection: 0}
)";
constexpr char kCallbacksTrace[] = R"(- > 0 initialize connection=0
- < 0 CS_OK handle=h1
- > 1 track_add connection=0 key=test. track=14
- < 1 CS_OK track=k1
- @ 2 set CS_OK
- > 3 set connection=0 key=test.a value=uint8:2
- < 3 CS_OK
- > 4 dispatch connection=0 mode=ALL
- ! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset
- ~ 1
- ! 1 handle=h1 track=k1 event=MODIFY key=test.a new=uint8:2 old=uint8:1
- ~ 1
- < 4 CS_OK
- > 5 finalize connection=0
- < 5 CS_OK
- = finished
)";

TEST_F(LiveWorkerTest, WritesCallsCallbacksAndOthersInTheirOrder) {
  EXPECT_EQ(Run(kCallbacks), kCallbacksTrace);
}

TEST_F(LiveWorkerTest, DoesSoOverSocketsToo) {
  Start({.library = {}, .transport = "socket"});
  EXPECT_EQ(Run(kCallbacks), kCallbacksTrace);
}

TEST_F(LiveWorkerTest, ACaseSeesNothingOfTheOneBefore) {
  const std::string first = Run(kCallbacks);
  EXPECT_EQ(Run(kCallbacks), first);
}

TEST_F(LiveWorkerTest, KeysOfTheDaemonAreBackAfterTheyWereChanged) {
  constexpr char kGet[] = R"(steps:
  - {op: initialize, connection: 0}
  - {op: get, connection: 0, key: totem.cluster_name, buffer: 64}
)";
  const std::string before = Run(kGet);
  EXPECT_NE(before.find("value=string:"), std::string::npos) << before;
  Run(R"(steps:
  - {op: initialize, connection: 0}
  - {op: set, connection: 0, key: totem.cluster_name, value: 'string:"other"'}
)");
  EXPECT_EQ(Run(kGet), before);
  Run(R"(steps:
  - {op: delete, by: peer, key: totem.cluster_name}
)");
  EXPECT_EQ(Run(kGet), before);
}

TEST_F(LiveWorkerTest, KeysAreGoneThatAShortcutSetOrACallback) {
  constexpr char kGet[] = R"(steps:
  - {op: initialize, connection: 0}
  - {op: get, connection: 0, key: other.a, buffer: 8}
  - {op: get, connection: 0, key: other.b, buffer: 8}
)";
  const std::string before = Run(kGet);
  EXPECT_NE(before.find("CS_ERR_NOT_EXIST"), std::string::npos) << before;
  Run(R"(steps:
  - {op: initialize, connection: 0}
  - op: track_add
    key: other.
    track: [add, prefix]
    on_callback: [{steps: [{op: set_int8, key: other.b, value: 'int8:1'}]}]
  - {op: set_uint16, connection: 0, key: other.a, value: 'uint16:1'}
  - {op: dispatch, mode: ALL}
)");
  EXPECT_EQ(Run(kGet), before);
}

TEST_F(LiveWorkerTest, FirstKeysAreThereForTheirCaseOnly) {
  constexpr char kGet[] = R"(steps:
  - {op: initialize, connection: 0}
  - {op: get, connection: 0, key: first.key, buffer: 64}
)";
  const std::string with =
      Run(std::string("keys:\n  - {key: first.key, value: uint16:7}\n") + kGet);
  EXPECT_NE(with.find("value=uint16:7"), std::string::npos) << with;
  EXPECT_NE(Run(kGet).find("< 1 CS_ERR_NOT_EXIST"), std::string::npos);
}

TEST_F(LiveWorkerTest, ADispatchThatNothingWakesIsADeadlock) {
  EXPECT_EQ(Run(R"(steps:
  - {op: initialize, connection: 0}
  - {op: dispatch, connection: 0, mode: ONE}
)"),
            R"(- > 0 initialize connection=0
- < 0 CS_OK handle=h1
- > 1 dispatch connection=0 mode=ONE
- = deadlock
)");
}

TEST_F(LiveWorkerTest, APollThatNothingWakesIsADeadlock) {
  const std::string trace = Run(R"(steps:
  - {op: initialize, connection: 0}
  - {op: poll, connection: 0, timeout: forever}
)");
  EXPECT_EQ(Ending(trace), "deadlock") << trace;
}

TEST_F(LiveWorkerTest, APeerThatComesLaterWakesABlockedDispatch) {
  EXPECT_EQ(Run(R"(steps:
  - {op: initialize, connection: 0}
  - {op: track_add, connection: 0, tracker: 0, key: test.a, track: [add]}
  - {op: set, by: peer, after: 2ms, key: test.a, value: uint8:1}
  - {op: dispatch, connection: 0, mode: ONE}
)"),
            R"(- > 0 initialize connection=0
- < 0 CS_OK handle=h1
- > 1 track_add connection=0 key=test.a track=4
- < 1 CS_OK track=k1
- > 3 dispatch connection=0 mode=ONE
- @ 2 set CS_OK
- ! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset
- ~ 1
- < 3 CS_OK
- = finished
)");
}

TEST_F(LiveWorkerTest, ADelayLongerThanTheGraceIsNoDeadlock) {
  const std::string trace = Run(R"(steps:
  - {op: initialize, connection: 0}
  - {op: track_add, connection: 0, tracker: 0, key: test.a, track: [add]}
  - {op: set, by: peer, after: 200ms, key: test.a, value: uint8:1}
  - {op: dispatch, connection: 0, mode: ONE}
  - {op: sleep, duration: 150ms}
)");
  EXPECT_EQ(Ending(trace), "finished") << trace;
}

TEST_F(LiveWorkerTest, StepsOfOthersThatOutlastTheClientAreAwaited) {
  EXPECT_EQ(Run(R"(steps:
  - {op: set, by: peer, after: 20ms, key: test.a, value: uint8:1}
  - {op: inc, by: peer, after: 10ms, key: test.a}
)"),
            "- @ 1 inc CS_ERR_NOT_EXIST\n- @ 0 set CS_OK\n- = finished\n");
}

TEST_F(LiveWorkerTest, AKilledServiceIsSeenByClientAndPeer) {
  const std::string trace = Run(R"(steps:
  - {op: initialize, connection: 0}
  - {op: service, action: kill}
  - {op: set, connection: 0, key: test.a, value: uint8:1}
  - {op: set, by: peer, key: test.a, value: uint8:1}
  - {op: service, action: start}
  - {op: set, by: peer, key: test.a, value: uint8:1}
  - {op: initialize, connection: 1}
  - {op: get, connection: 1, key: test.a}
)");
  EXPECT_EQ(trace, R"(- > 0 initialize connection=0
- < 0 CS_OK handle=h1
- @ 1 service CS_OK
- > 2 set connection=0 key=test.a value=uint8:1
- < 2 CS_ERR_LIBRARY
- @ 3 set CS_ERR_LIBRARY
- @ 4 service CS_OK
- @ 5 set CS_OK
- > 6 initialize connection=1
- < 6 CS_OK handle=h2
- > 7 get connection=1 key=test.a
- < 7 CS_OK type=uint8 len=1
- = finished
)");
  EXPECT_EQ(Run(kCallbacks), kCallbacksTrace) << "after a kill";
}

TEST_F(LiveWorkerTest, AKillThatComesLaterEndsABlockedDispatch) {
  EXPECT_EQ(Run(R"(steps:
  - {op: initialize, connection: 0}
  - {op: service, action: kill, after: 5ms}
  - {op: dispatch, connection: 0, mode: BLOCKING}
)"),
            R"(- > 0 initialize connection=0
- < 0 CS_OK handle=h1
- > 2 dispatch connection=0 mode=BLOCKING
- @ 1 service CS_OK
- < 2 CS_ERR_LIBRARY
- = finished
)");
}

TEST_F(LiveWorkerTest, ARequestToAStoppedServiceIsAStall) {
  const std::string trace = Run(R"(steps:
  - {op: initialize, connection: 0}
  - {op: service, action: stop}
  - {op: set, by: peer, key: test.b, value: uint8:1}
  - {op: set, connection: 0, key: test.a, value: uint8:1}
)");
  EXPECT_EQ(trace, R"(- > 0 initialize connection=0
- < 0 CS_OK handle=h1
- @ 1 service CS_OK
- > 3 set connection=0 key=test.a value=uint8:1
- = stall
)");
  EXPECT_EQ(Run(kCallbacks), kCallbacksTrace) << "after a stop";
}

TEST_F(LiveWorkerTest, AServiceThatGoesOnDoesWhatWasKeptBack) {
  EXPECT_EQ(Run(R"(steps:
  - {op: initialize, connection: 0}
  - {op: service, action: stop}
  - {op: set, by: peer, key: test.b, value: uint8:1}
  - {op: service, action: continue, after: 20ms}
  - {op: get, connection: 0, key: test.a}
  - {op: sleep, duration: 20ms}
)"),
            R"(- > 0 initialize connection=0
- < 0 CS_OK handle=h1
- @ 1 service CS_OK
- > 4 get connection=0 key=test.a
- @ 3 service CS_OK
- @ 2 set CS_OK
- < 4 CS_ERR_NOT_EXIST
- > 5 sleep duration=20000000
- < 5 CS_OK
- = finished
)");
}

TEST_F(LiveWorkerTest, WhatCannotBeDoneLiveIsRefusedWithAReason) {
  EXPECT_NE(Run("faults:\n  - {fault: service.process.kill, nth: 1}\nsteps:\n"
                "  - {op: initialize, connection: 0}\n")
                .find("fault 0, service.process.kill, is one of the service"),
            std::string::npos);
  EXPECT_NE(Run("keys:\n  - {key: test.r, value: uint8:1, read_only: true}\nsteps:\n"
                "  - {op: initialize, connection: 0}\n")
                .find("key test.r is to be read-only"),
            std::string::npos);
  EXPECT_EQ(Run(kCallbacks), kCallbacksTrace) << "after a refusal";
}

class WrongLibraryTest : public LiveWorkerTest {
 protected:
  std::string EndingOf(const std::string& operation) {
    if (worker_ == nullptr)
      Start({.library = kWrongLibrary,
             .arguments = {"--case-timeout-ms=3000", "--cpu-limit-ms=200"}});
    const std::string trace =
        Run("steps:\n  - {op: initialize, connection: 0}\n  - {op: " + operation + "}\n");
    return Ending(trace);
  }
};

TEST_F(WrongLibraryTest, EachWayOfEndingIsToldApart) {
  EXPECT_EQ(EndingOf("finalize, connection: 0"), "exit 3");
  EXPECT_EQ(EndingOf("dispatch, connection: 0, mode: ALL"), "crash SIGABRT");
  EXPECT_EQ(EndingOf("get, connection: 0, key: a"), "deadlock");
  EXPECT_EQ(EndingOf("set, connection: 0, key: a, value: uint8:1"), "hang");
  EXPECT_EQ(EndingOf("delete, connection: 0, key: a"), "stall");
  EXPECT_EQ(EndingOf("track_delete, connection: 0, tracker: 0"), "finished");
}

TEST(LiveWorkerStartTest, WhatIsMissingIsSaidWithWhatToDo) {
  if (const auto missing = Missing()) GTEST_SKIP() << *missing;
  const auto no_daemon = StartWorker({.library = {}, .arguments = {"--corosync=/nonexistent"}});
  ASSERT_FALSE(no_daemon);
  EXPECT_NE(no_daemon.error().find("/nonexistent"), std::string::npos) << no_daemon.error();
  const auto no_library = StartWorker({.library = "/nonexistent/libcmap.so.4"});
  ASSERT_FALSE(no_library);
  EXPECT_NE(no_library.error().find("/nonexistent/libcmap.so.4"), std::string::npos)
      << no_library.error();
}

TEST(LiveWorkerStartTest, LinksNeitherLibcmapNorLibqb) {
  FILE* listing = popen((std::string("LD_TRACE_LOADED_OBJECTS=1 ") + kWorker).c_str(), "r");
  ASSERT_NE(listing, nullptr);
  std::string libraries;
  std::array<char, 4096> chunk;
  while (fgets(chunk.data(), chunk.size(), listing) != nullptr) libraries += chunk.data();
  pclose(listing);
  EXPECT_NE(libraries.find("libc.so"), std::string::npos) << libraries;
  EXPECT_EQ(libraries.find("libcmap"), std::string::npos) << libraries;
  EXPECT_EQ(libraries.find("libqb"), std::string::npos) << libraries;
}

}  // namespace
}  // namespace cmapsim
