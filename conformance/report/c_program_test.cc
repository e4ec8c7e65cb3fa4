// Programs made of plans: they compile without a warning, and do beside a real corosync what the plan's trace
// says.
#include "conformance/report/c_program.h"

#include <cstdio>
#include <cstdlib>

#include "conformance/targets/test_support.h"
#include "fixtures/corosync/daemon.h"
#include "fixtures/corosync/sandbox.h"

namespace cmapsim {
namespace {

constexpr char kCorosync[] = "/usr/sbin/corosync";

Plan PlanOf(const std::string& text) {
  auto plan = ParsePlan("cmapsim: 1\n" + text, "test");
  EXPECT_TRUE(plan) << plan.error();
  return plan ? *plan : Plan();
}

std::string Why(const std::string& text) {
  const auto program = FormatCProgram(PlanOf(text), "");
  return program ? "" : program.error();
}

// Its output, with what went wrong.
std::string OutputOf(const std::string& command) {
  std::string text;
  std::FILE* pipe = popen((command + " 2>&1 </dev/null").c_str(), "r");
  char buffer[4096];
  while (const size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, got);
  const int status = pclose(pipe);
  return status == 0 ? text : text + "status " + std::to_string(status) + "\n";
}

std::string WriteProgram(const std::string& name, const std::string& text) {
  const std::string path = testing::TempDir() + "/" + name + ".c";
  std::ofstream(path) << text;
  return path;
}

// "" where it compiles.
std::string Compile(const std::string& source, const std::string& to) {
  return OutputOf("cc -Wall -Wextra -Werror " + source + " -lcmap " + to);
}

bool HasCompiler() { return std::system("cc --version >/dev/null 2>&1") == 0; }

const char* const kPlans[] = {
    // Values, keys, iteration and errors.
    R"(keys: []
steps:
  - {op: initialize}
  - {op: set, key: test.a, value: uint32:7}
  - {op: set, key: test.s, value: string:"a\x22b\x3f\x5c"}
  - {op: set, key: test.b, value: binary:00ff31}
  - {op: set, key: test.i, value: int64:-9223372036854775808}
  - {op: get, key: test.a, buffer: 64}
  - {op: get, key: test.a, buffer: 1}
  - {op: get, key: test.none, buffer: 64}
  - {op: get, key: test.s}
  - {op: inc, key: test.a}
  - {op: dec, key: test.s}
  - {op: set_uint8, key: test.t, value: uint8:3}
  - {op: get_uint8, key: test.t}
  - {op: set_string, key: test.u, value: string:"x"}
  - {op: get_string, key: test.u}
  - {op: set, key: bad key, value: uint8:1}
  - {op: set, key: test.a, value: null}
  - {op: iter_init, key: test.t}
  - {op: iter_next}
  - {op: iter_next}
  - {op: iter_finalize}
  - {op: context_set, context: 5}
  - {op: context_get}
  - {op: fd_get}
  - {op: delete, key: test.a}
  - {op: delete, key: test.a}
  - {op: get, handle: 7, key: test.a, buffer: 8}
  - {op: finalize}
  - {op: finalize}
)",
    // Trackers of both connections, a peer, reactions, every way to dispatch.
    R"(keys: [{key: test.first, value: uint8:1}]
steps:
  - {op: initialize, connection: 0}
  - {op: initialize, connection: 1}
  - op: track_add
    connection: 0
    key: test.
    track: [add, modify, delete, prefix]
    on_callback:
      - nth: 2
        steps:
          - {op: set, connection: 1, key: other, value: uint8:2}
          - {op: track_add, connection: 0, tracker: 1, key: test.late, track: [add]}
      - steps: [{op: get, connection: 1, key: test.first, buffer: 8}]
  - {op: dispatch, mode: ONE_NONBLOCKING}
  - {op: set, by: peer, key: test.a, value: uint8:1}
  - {op: set, by: peer, key: test.a, value: uint8:2}
  - {op: delete, by: peer, key: test.a}
  - {op: poll, timeout: 1s}
  - {op: dispatch, mode: ONE}
  - {op: dispatch, mode: ALL}
  - {op: dispatch, mode: ALL}
  - {op: set, connection: 1, key: test.late, value: string:"now"}
  - {op: dispatch, mode: ALL}
  - {op: track_delete, tracker: 1}
  - {op: track_delete, tracker: 1}
  - {op: track_add, key: test., track: 0}
  - {op: track_add, key: test., track: [add], notify: null}
  - {op: sleep, duration: 1ms}
  - {op: finalize, connection: 1}
  - {op: finalize}
)"};

TEST(CProgram, SaysWhyNoProgramCanShowIt) {
  EXPECT_EQ(Why("faults: [{fault: host.poll.errno, errno: EINTR}]\nsteps: []"), "it needs faults");
  EXPECT_EQ(Why("steps: [{op: service, action: kill}]"), "it needs service steps");
  EXPECT_EQ(Why("steps: [{op: set, by: peer, after: 1s, key: a, value: uint8:1}]"),
            "a step happens while the client waits");
  EXPECT_EQ(Why("keys: [{key: a, value: uint8:1, read_only: true}]\nsteps: []"),
            "it needs a key that clients cannot write");
  EXPECT_EQ(Why("steps: [{op: sleep, duration: 1h}]"), "it takes longer than a minute");
  EXPECT_EQ(Why("steps: []"), "it makes no call");
  EXPECT_EQ(Why("steps: [{op: initialize}]"), "");
}

// All that can be a program of the plans in the repository.
TEST(CProgram, CompilesWithoutAWarning) {
  if (!HasCompiler()) GTEST_SKIP() << "no cc: install gcc";
  int programs = 0;
  std::string sources;
  for (const std::string& file : PlanFiles()) {
    const auto program =
        FormatCProgram(ReadPlan(file), "it /* shows */ a \"comment\"\nof two lines");
    if (!program) continue;
    sources += " " + WriteProgram("plan" + std::to_string(programs++), *program);
  }
  EXPECT_GT(programs, 20);
  EXPECT_EQ(OutputOf("cc -Wall -Wextra -Werror -fsyntax-only " + sources), "");
}

TEST(CProgram, PrintsWhatTheTraceSaysBesideARealCorosync) {
  CMAPSIM_NEEDS_LIBCMAP();
  if (!HasCompiler()) GTEST_SKIP() << "no cc: install gcc";
  if (!std::filesystem::exists(kCorosync)) GTEST_SKIP() << "install the package corosync";
  if (const auto unavailable = SandboxUnavailable()) GTEST_SKIP() << *unavailable;
  int number = 0;
  for (const char* const text : kPlans) {
    const Plan plan = PlanOf(text);
    auto target = OpenForTest(Transport::kShm);
    const auto trace = target->Run(plan, TraceLevel::kApi);
    ASSERT_TRUE(trace) << trace.error();
    const auto program = FormatCProgram(plan, "what it should");
    ASSERT_TRUE(program) << program.error();
    const std::string binary = testing::TempDir() + "/program" + std::to_string(number);
    const std::string source = WriteProgram("program" + std::to_string(number++), *program);
    ASSERT_EQ(Compile(source, "-o " + binary), "") << *program;
    const auto printed = RunInSandbox([&binary]() -> std::string {
      Daemon daemon({.binary = kCorosync});
      if (const auto started = daemon.Start(); !started) return started.error();
      return OutputOf(binary);
    });
    ASSERT_TRUE(printed) << printed.error();
    EXPECT_EQ(*printed, CProgramOutput(plan, *trace)) << *trace;
  }
}

}  // namespace
}  // namespace cmapsim
