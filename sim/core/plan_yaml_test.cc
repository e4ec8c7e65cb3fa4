#include "sim/core/plan_yaml.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/core/plan_generators.h"

namespace cmapsim {
namespace {

// A plan of these steps.
std::string WithSteps(std::string_view steps) {
  return "cmapsim: 1\nsteps:\n" + std::string(steps);
}

std::string ErrorOf(std::string_view text) {
  const auto plan = ParsePlan(text, "p");
  return plan ? "no error" : plan.error();
}

// The error of a plan with this one step; its column counts from the step's brace.
std::string ErrorOfStep(std::string_view step) {
  const std::string error = ErrorOf("cmapsim: 1\nsteps: [\n" + std::string(step) + "]\n");
  return error.starts_with("p:3:") ? error.substr(4) : error;
}

Step StepOf(std::string_view step) {
  const auto plan = ParsePlan("cmapsim: 1\nsteps: [" + std::string(step) + "]\n", "p");
  if (!plan) {
    ADD_FAILURE() << plan.error();
    return {};
  }
  return plan->steps.at(0);
}

RC_GTEST_PROP(PlanText, IsReadBackForEveryPlan, ()) {
  const Plan plan = *GenPlan();
  const auto again = ParsePlan(FormatPlan(plan), "p");
  if (!again) RC_FAIL(again.error() + "\n" + FormatPlan(plan));
  RC_ASSERT(*again == plan);
}

RC_GTEST_PROP(PlanText, IsOneStepALine, ()) {
  const Plan plan = *GenPlan();
  const std::string text = FormatPlan(plan);
  const size_t steps_at = text.find("\nsteps:");
  const size_t end = std::min({text.find("\ntasks:"), text.find("\nschedule:"), text.size() - 1});
  const auto lines = std::count(text.begin() + steps_at + 1, text.begin() + end + 1, '\n');
  RC_ASSERT(static_cast<size_t>(lines) == plan.steps.size() + 1);
}

// Any damage gives a plan or one line with a place, and never an exception.
RC_GTEST_PROP(PlanText, BearsAnyDamage, ()) {
  std::string text = FormatPlan(*GenPlan());
  for (int i = *rc::gen::inRange(1, 5); i > 0; --i) {
    const size_t at = *rc::gen::inRange<size_t>(0, text.size());
    if (*rc::gen::arbitrary<bool>()) {
      text[at] = *rc::gen::arbitrary<char>();
    } else {
      text.erase(at, *rc::gen::inRange(1, 10));
    }
  }
  const auto plan = ParsePlan(text, "p");
  if (plan) return;
  RC_ASSERT(plan.error().starts_with("p:"));
  RC_ASSERT(plan.error().find('\n') == std::string::npos);
}

TEST(PlanText, IsWhatThePlanSays) {
  const auto plan = ParsePlan(
      "cmapsim: 1\nseed: 0x2a\ntransport: socket\nhorizon: 2h\n"
      "keys:\n  - {key: a.b, value: uint8:1, read_only: true}\n"
      "faults:\n  - {fault: service.reply.delay, nth: 2, delay: 24h}\n"
      "  - {fault: service.process.kill}\n"
      "steps:\n  - {op: initialize}\n  - {op: finalize, connection: 0}\n",
      "p");
  ASSERT_TRUE(plan) << plan.error();
  EXPECT_EQ(plan->seed, 42u);
  EXPECT_EQ(plan->transport, Transport::kSocket);
  EXPECT_EQ(plan->horizon_ns, 2 * kHour);
  ASSERT_TRUE(plan->keys);
  EXPECT_EQ(plan->keys->at(0), (FirstKey{"a.b", Value::Integer(ValueType::kUInt8, 1), true}));
  Fault delay;
  delay.nth = 2;
  delay.delay_ns = kDay;
  EXPECT_EQ(plan->faults.at(0), delay);
  Fault kill;
  kill.kind = FaultKind::kServiceProcessKill;
  EXPECT_EQ(plan->faults.at(1), kill);
  ASSERT_EQ(plan->steps.size(), 2u);
  EXPECT_EQ(plan->steps[1].op, Op::kFinalize);
  EXPECT_EQ(plan->steps[1].id, 1);
}

TEST(PlanText, SaysHowFarAReadingMovesTheClock) {
  const auto plan = ParsePlan("cmapsim: 1\nclock: {reading: 5us}", "p");
  ASSERT_TRUE(plan) << plan.error();
  EXPECT_EQ(plan->clock_reading_ns, 5'000);
  EXPECT_EQ(ParsePlan("cmapsim: 1\nclock: {reading: 0}", "p")->clock_reading_ns, 0);
  EXPECT_EQ(ParsePlan("cmapsim: 1", "p")->clock_reading_ns, std::nullopt);
  EXPECT_EQ(ParsePlan("cmapsim: 1\nclock: {reading: 2s}", "p").error(),
            "p:2:18: \"2s\" is out of place; expected a duration of at most 1s");
  EXPECT_TRUE(ParsePlan("cmapsim: 1\nclock: {reading: -1ns}", "p").error().starts_with("p:2:18: "));
  EXPECT_TRUE(ParsePlan("cmapsim: 1\nclock: 1ns", "p").error().starts_with("p:2:8: "));
}

// A horizon that is named is kept, also where it is the one that would hold without it.
TEST(PlanText, KeepsANamedHorizon) {
  EXPECT_EQ(ParsePlan("cmapsim: 1", "p")->horizon_ns, 0);
  const auto plan = ParsePlan("cmapsim: 1\nhorizon: 1h", "p");
  EXPECT_EQ(plan->horizon_ns, kDefaultHorizon);
  EXPECT_NE(FormatPlan(*plan).find("\nhorizon: 1h\n"), std::string::npos);
}

TEST(PlanText, MayLeaveOutAllButItsFormat) {
  EXPECT_EQ(*ParsePlan("cmapsim: 1", "p"), Plan());
  EXPECT_FALSE(ParsePlan("cmapsim: 1", "p")->keys);
  EXPECT_TRUE(ParsePlan("cmapsim: 1\nkeys: []", "p")->keys);
}

TEST(PlanText, WritesWhatAReaderLooksFor) {
  const auto plan =
      ParsePlan(WithSteps("  - op: dispatch\n  - {op: get, handle: 255, key: 'a b'}\n"
                          "  - {op: set, by: peer, after: 60m, key: a, value: 'string:\"x y\"'}\n"
                          "  - {op: track_add, key: null, track: []}\n"),
                "p");
  ASSERT_TRUE(plan) << plan.error();
  EXPECT_EQ(FormatPlan(*plan),
            "cmapsim: 1\nseed: 0\ntransport: shm\nsteps:\n"
            "  - {op: dispatch, connection: 0, mode: ONE}\n"
            "  - {op: get, handle: 0xff, key: 'a b'}\n"
            "  - {op: set, by: peer, after: 1h, key: a, value: string:\"x\\x20y\"}\n"
            "  - {op: track_add, connection: 0, tracker: 0, key: null, track: []}\n");
}

TEST(StepText, KeysAreBytes) {
  EXPECT_EQ(StepOf("{op: get, key: a.b}").key, "a.b");
  EXPECT_EQ(StepOf("{op: get, key: \"a\\x20\\tb\"}").key, "a \tb");
  EXPECT_EQ(StepOf("{op: get, key: 'a\\xff'}").key, "a\xff");
  EXPECT_EQ(StepOf("{op: get, key: a\\xff}").key, "a\xff");
  EXPECT_EQ(StepOf("{op: get, key: \xc3\xa9}").key, "\xc3\xa9");
  EXPECT_EQ(StepOf("{op: get, key: ''}").key, "");
  EXPECT_EQ(StepOf("{op: get, key: 'null'}").key, "null");
  EXPECT_EQ(StepOf("{op: get, key: null}").key, std::nullopt);
}

TEST(StepText, NullIsSaidWhereItIsMeant) {
  EXPECT_EQ(StepOf("{op: set, key: a, value: null}").value, std::nullopt);
  EXPECT_TRUE(StepOf("{op: initialize, output: null}").null_output);
  EXPECT_TRUE(StepOf("{op: track_add, key: a, track: 0, notify: null}").null_notify);
  EXPECT_EQ(StepOf("{op: get, key: a, buffer: null}").buffer_size, std::nullopt);
  EXPECT_EQ(StepOf("{op: get, key: a, buffer: 16}").buffer_size, 16u);
  EXPECT_EQ(StepOf("{op: iter_init}").key, std::nullopt);
  EXPECT_TRUE(StepOf("{op: get, key: a, value_len: null}").null_value_len);
  EXPECT_EQ(StepOf("{op: get, key: a, value_len: 0xffffffffffffffff}").value_len, UINT64_MAX);
  EXPECT_TRUE(StepOf("{op: get, key: a, type: null}").null_type);
  EXPECT_TRUE(StepOf("{op: iter_next, value_len: null, output: null}").null_value_len);
}

TEST(StepText, MasksModesAndMapsAreWordsOrNumbers) {
  EXPECT_EQ(StepOf("{op: track_add, key: a, track: [add, prefix]}").track,
            kTrackAdd | kTrackPrefix);
  EXPECT_EQ(StepOf("{op: track_add, key: a, track: 0x100}").track, 256);
  EXPECT_EQ(StepOf("{op: track_add, key: a, track: -1}").track, -1);
  EXPECT_EQ(StepOf("{op: dispatch, mode: BLOCKING}").mode, kDispatchBlocking);
  EXPECT_EQ(StepOf("{op: dispatch, mode: 9}").mode, 9);
  EXPECT_EQ(StepOf("{op: initialize_map, map: STATS}").mode, 1);
  EXPECT_EQ(StepOf("{op: initialize_map, map: 7}").mode, 7);
}

TEST(StepText, PollsForMillisecondsOrForEver) {
  EXPECT_EQ(StepOf("{op: poll, timeout: forever}").duration_ns, -1);
  EXPECT_EQ(StepOf("{op: poll, timeout: 5s}").duration_ns, 5 * kSecond);
  EXPECT_EQ(ErrorOfStep("{op: poll, timeout: 1us}"),
            "21: \"1us\" is out of place; expected forever, or whole milliseconds up to "
            "2147483647ms");
  EXPECT_NE(ErrorOfStep("{op: poll, timeout: 25d}"), "no error");
}

TEST(StepText, ReactionsNestFourDeep) {
  const auto nested = [](int depth) {
    std::string step = "{op: sleep, duration: 1s}";
    for (int i = 0; i < depth; ++i) {
      step.insert(0, "{op: track_add, key: a, track: [add], on_callback: [{nth: 1, steps: [");
      step += "]}]}";
    }
    return step;
  };
  const Step step = StepOf(nested(4));
  EXPECT_EQ(step.on_callback.at(0).nth, 1);
  EXPECT_EQ(step.on_callback.at(0).steps.at(0).id, 1);
  EXPECT_NE(ErrorOfStep(nested(5)).find("reactions nest too deep"), std::string::npos);
}

TEST(StepMistake, IsNamedWithItsPlaceAndTheNearestWord) {
  EXPECT_EQ(ErrorOfStep("{op: dispatsh}"),
            "6: unknown operation \"dispatsh\"; did you mean \"dispatch\"?");
  EXPECT_EQ(ErrorOfStep("{op: dispatch, mod: ONE}"),
            "16: unknown field \"mod\"; did you mean \"mode\"?");
  EXPECT_EQ(ErrorOfStep("{op: dispatch, mode: ON}"),
            "22: unknown mode \"ON\"; did you mean \"ONE\"?");
  EXPECT_EQ(ErrorOfStep("{op: track_add, key: a, track: [added]}"),
            "33: unknown event \"added\"; expected one of delete, modify, add, prefix");
  EXPECT_EQ(ErrorOfStep("{op: service, action: stopp}"),
            "23: unknown action \"stopp\"; did you mean \"stop\"?");
  EXPECT_EQ(ErrorOfStep("{op: set, by: pear, key: a, value: unset}"),
            "15: unknown actor \"pear\"; did you mean \"peer\"?");
}

TEST(StepMistake, IsAFieldThatTheOperationDoesNotTake) {
  EXPECT_EQ(ErrorOfStep("{op: sleep, duration: 1s, key: a}"),
            "27: sleep takes no field \"key\"; expected one of by, duration");
  EXPECT_EQ(
      ErrorOfStep("{op: set, by: peer, key: a, value: unset, connection: 1}"),
      "43: a peer's set takes no field \"connection\"; expected one of by, after, key, value");
  EXPECT_NE(ErrorOfStep("{op: set, after: 1s, key: a, value: unset}"), "no error");
  EXPECT_NE(ErrorOfStep("{op: service, by: peer, action: kill}"), "no error");
  EXPECT_EQ(ErrorOfStep("{op: get, by: peer, key: a}"),
            "15: a peer cannot get; expected set, delete, inc or dec");
}

TEST(StepMistake, IsAFieldThatIsMissingOrStandsTwice) {
  EXPECT_EQ(ErrorOfStep("{op: set, key: a}"),
            "1: the field \"value\" is missing; expected it in this map");
  EXPECT_EQ(ErrorOfStep("{key: a}"), "1: the field \"op\" is missing; expected it in this map");
  EXPECT_EQ(ErrorOfStep("{op: get, key: a, key: b}"),
            "19: the field \"key\" stands here twice; expected it once");
  EXPECT_EQ(ErrorOfStep("{op: track_add, key: a, track: [add, add]}"),
            "38: \"add\" stands here twice; expected it once");
}

TEST(StepMistake, IsANumberOutOfRange) {
  EXPECT_EQ(ErrorOfStep("{op: finalize, connection: 1024}"),
            "28: \"1024\" is out of place; expected a number from 0 to 1023");
  EXPECT_NE(ErrorOfStep("{op: finalize, connection: -1}"), "no error");
  EXPECT_NE(ErrorOfStep("{op: finalize, handle: 0x10000000000000000}"), "no error");
  EXPECT_NE(ErrorOfStep("{op: get, key: a, buffer: 16777217}"), "no error");
  EXPECT_NE(ErrorOfStep("{op: dispatch, mode: 2147483648}"), "no error");
  EXPECT_NE(ErrorOfStep("{op: get, key: a, value_len: -1}"), "no error");
  EXPECT_EQ(ErrorOfStep("{op: iter_next, value_len: 4}"),
            "28: \"4\" is out of place; expected null, the only thing to say here");
  EXPECT_NE(ErrorOfStep("{op: get, key: a, type: uint8}"), "no error");
}

TEST(StepMistake, IsAKeyOrValueThatCannotBe) {
  EXPECT_EQ(ErrorOfStep("{op: get, key: 'a\\b'}"),
            "16: \"a\\b\" is out of place; expected a key whose backslashes begin \\xNN (\\x5c is "
            "a backslash)");
  EXPECT_NE(ErrorOfStep("{op: get, key: 'a\\x00'}"), "no error");
  EXPECT_NE(ErrorOfStep("{op: get, key: " + std::string(4097, 'a') + "}"), "no error");
  EXPECT_EQ(ErrorOfStep("{op: get, key: " + std::string(4096, 'a') + "}"), "no error");
  EXPECT_NE(ErrorOfStep("{op: set, key: a, value: 7}"), "no error");
  EXPECT_NE(ErrorOfStep("{op: set, by: peer, key: null, value: unset}"), "no error");
  EXPECT_NE(ErrorOfStep("{op: set, key: a, value: binary:61*16777217}"), "no error");
}

TEST(StepMistake, IsAShortcutsValueOfAnotherType) {
  EXPECT_EQ(ErrorOfStep("{op: set_uint8, key: a, value: int8:1}"),
            "32: \"int8:1\" is out of place; expected a value of type uint8 and its size");
  EXPECT_EQ(ErrorOfStep("{op: set_double, key: a, value: null}"),
            "33: null is out of place; expected a value of type double and its size");
  EXPECT_EQ(ErrorOfStep("{op: set_string, key: a, value: 'string:\"a\\x00b\"'}").substr(0, 4),
            "33: ");
  EXPECT_EQ(ErrorOfStep("{op: set_string, key: a, value: binary:00}"),
            "33: \"binary:00\" is out of place; expected a value of type string without zero "
            "bytes, or null");
  EXPECT_NE(ErrorOfStep("{op: set_uint16, key: a, value: uint16!00}"), "no error");
  EXPECT_NE(ErrorOfStep("{op: set_uint16, by: peer, key: a, value: uint16:1}"), "no error");
  EXPECT_EQ(ErrorOfStep("{op: get_int8, key: a, buffer: 1}"),
            "24: get_int8 takes no field \"buffer\"; expected one of by, connection, handle, key, "
            "output");
  EXPECT_EQ(StepOf("{op: set_string, key: a, value: null}").value, std::nullopt);
  EXPECT_EQ(StepOf("{op: set_uint8, key: null, value: uint8:7}").value,
            Value::Integer(ValueType::kUInt8, 7));
  EXPECT_TRUE(StepOf("{op: get_string, key: a, output: null}").null_output);
}

TEST(PlanMistake, IsNamedWithItsPlace) {
  EXPECT_EQ(ErrorOf("seed: 1"), "p:1:1: the field \"cmapsim\" is missing; expected it in this map");
  EXPECT_EQ(ErrorOf("cmapsim: 2"),
            "p:1:10: \"2\" is out of place; expected 1, the only format of plans there is");
  EXPECT_EQ(ErrorOf("cmapsim: 1\nsed: 7"), "p:2:1: unknown field \"sed\"; did you mean \"seed\"?");
  EXPECT_EQ(ErrorOf("cmapsim: 1\ntransport: tcp"),
            "p:2:12: unknown transport \"tcp\"; expected one of shm, socket");
  EXPECT_NE(ErrorOf("cmapsim: 1\nhorizon: 0"), "no error");
  EXPECT_NE(ErrorOf("cmapsim: 1\nsteps: 7"), "no error");
  EXPECT_NE(ErrorOf("7"), "no error");
  EXPECT_EQ(ErrorOf("cmapsim: 1\nsteps: {").substr(0, 4), "p:2:");
}

TEST(FaultMistake, IsNamedWithItsPlace) {
  const auto error = [](std::string_view fault) {
    return ErrorOf("cmapsim: 1\nfaults: [" + std::string(fault) + "]");
  };
  EXPECT_EQ(error("{fault: service.reply.dely, delay: 1s}"),
            "p:2:18: unknown fault \"service.reply.dely\"; did you mean \"service.reply.delay\"?");
  EXPECT_EQ(error("{fault: service.reply.delay}"),
            "p:2:10: the field \"delay\" is missing; expected it in this map");
  EXPECT_EQ(
      error("{fault: service.process.kill, delay: 1s}"),
      "p:2:40: service.process.kill takes no field \"delay\"; expected one of fault, nth, from, "
      "one_in");
  EXPECT_NE(error("{fault: service.process.kill, nth: -1}"), "no error");
}

TEST(FaultMistake, IsACallOrAnErrnoThatIsNone) {
  const auto error = [](std::string_view fault) {
    return ErrorOf("cmapsim: 1\nfaults: [" + std::string(fault) + "]");
  };
  EXPECT_EQ(error("{fault: host.pol.errno, errno: EINTR}"),
            "p:2:18: unknown fault \"host.pol.errno\"; did you mean \"host.poll.errno\"?");
  EXPECT_EQ(error("{fault: host.poll.errno, errno: EINTER}"),
            "p:2:42: unknown errno \"EINTER\"; did you mean \"EINTR\"?");
  EXPECT_NE(error("{fault: host.poll.errno, errno: 4}"), "no error");
  EXPECT_EQ(error("{fault: host.signal, signal: SIGUSR1, call: pol}"),
            "p:2:54: unknown call \"pol\"; did you mean \"poll\"?");
  EXPECT_EQ(error("{fault: host.signal, signal: SIGUSR}").substr(0, 22), "p:2:39: unknown signal");
  EXPECT_EQ(error("{fault: host.poll.errno, errno: EINTR, nth: 2, one_in: 3}"),
            "p:2:57: expected only one of nth, from and one_in");
  EXPECT_NE(error("{fault: host.poll.errno, errno: EINTR, from: 0}"), "no error");
  EXPECT_NE(error("{fault: host.clock.jump, jump: 0s}"), "no error");
  EXPECT_EQ(error("{fault: host.clock.jump, jump: -2h}"), "no error");
  EXPECT_EQ(error("{fault: host.poll.ready, revents: [HUP, ERR]}"), "no error");
}

TEST(TaskMistake, IsATaskThatNeverStartsOrIsNotThere) {
  constexpr std::string_view kTask = "tasks: [{task: 1, steps: [{op: sleep, duration: 1s}]}]\n";
  const auto error = [](const std::string& text) { return ErrorOf("cmapsim: 1\n" + text); };
  EXPECT_EQ(error("steps: [{op: start, task: 1}]\n" + std::string(kTask)), "no error");
  EXPECT_EQ(
      error(std::string(kTask)),
      "p:2:16: task 1 never starts; expected a step {op: start, task: 1} in the first task or "
      "in one that starts");
  // By itself, and by another that never starts.
  EXPECT_EQ(error("tasks: [{task: 1, steps: [{op: start, task: 1}]}]").substr(0, 29),
            "p:2:16: task 1 never starts; ");
  EXPECT_EQ(error("steps: [{op: start, task: 2}]").substr(0, 30), "p:2:27: there is no task 2; ex");
  EXPECT_EQ(error("steps: [{op: join, task: 2}]").substr(0, 30), "p:2:26: there is no task 2; ex");
  EXPECT_EQ(error("steps: [{op: start, task: 1}, {op: start, task: 1}]\n" + std::string(kTask)),
            "p:2:49: task 1 is started twice; expected once");
  EXPECT_NE(error("steps: [{op: start, task: 0}]"), "no error");
  EXPECT_NE(error("schedule: {switches: [{at: 0, task: 1}]}"), "no error");
}

TEST(PlanLimits, HoldAgainstTextsMadeToBreakThem) {
  EXPECT_EQ(ErrorOf(std::string(kMaxPlanTextSize + 1, ' ')),
            "p:1:1: the plan is longer than 8 MiB");
  std::string steps = "cmapsim: 1\nsteps: [";
  for (int i = 0; i <= kMaxSteps; ++i) steps += "{op: sleep, duration: 0},";
  EXPECT_NE(ErrorOf(steps + "]").find("one step too many; expected at most 100000"),
            std::string::npos);
  std::string values = "cmapsim: 1\nsteps: [";
  for (int i = 0; i < 5; ++i) values += "{op: set, key: a, value: binary:61*16777216},";
  EXPECT_NE(ErrorOf(values + "]").find("too long together"), std::string::npos);
}

}  // namespace
}  // namespace cmapsim
