#include "conformance/runner.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <set>
#include <thread>

#include "conformance/fixed_case.h"
#include "conformance/report/json.h"
#include "conformance/suites/numbers.h"
#include "conformance/suites/steps.h"
#include "sim/core/plan_yaml.h"

namespace cmapsim {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr std::string_view kSleeps = "test.sleeps";
constexpr std::string_view kNever = "test.never";
constexpr std::string_view kRefused = "test.refused";

struct Number {
  uint32_t value;
};

rc::Gen<Plan> GenSleeps(const GenerateOptions&) {
  return rc::gen::map(suite::Records<Number>(1, 20, {{&Number::value, 100}}),
                      [](const std::vector<Number>& drawn) {
                        Plan plan;
                        for (const Number& n : drawn) plan.steps.push_back(suite::Sleep(n.value));
                        NumberSteps(plan);
                        return plan;
                      });
}

rc::Gen<Plan> GenBroken(const GenerateOptions&) {
  return [](const rc::Random&, int) -> rc::Shrinkable<Plan> {
    throw std::runtime_error("no plan today");
  };
}

const std::vector<Property>& TestProperties() {
  static const std::vector<Property> properties = {
      {"sleeps/a", {std::string(kSleeps), std::string(kNever)}, "", true, &GenSleeps},
      {"sleeps/b", {std::string(kSleeps)}, "", true, &GenSleeps},
      {"simulated/only", {std::string(kRefused)}, "", false, &GenSleeps},
  };
  return properties;
}

// A target whose trace is the sum of the plan's sleeps; it may be slow, or break down.
class FakeTarget : public Target {
 public:
  struct Behaviour {
    bool jitter = false;
    std::string_view ending = "finished";
    std::atomic<int> runs_until_breakdown{1'000'000};
    std::atomic<int> runs{0};
    bool keep_plans = false;
    std::mutex mutex;
    std::multiset<std::string> plans;
  };

  explicit FakeTarget(std::shared_ptr<Behaviour> behaviour) : behaviour_(std::move(behaviour)) {
    info_.name = "fake, simulated";
    info_.library = "libfake.so";
    info_.library_sha256 = "00";
    info_.service = "sim";
  }
  [[nodiscard]] const TargetInfo& info() const override { return info_; }
  [[nodiscard]] tl::expected<std::string_view, std::string> Run(const Plan& plan,
                                                                TraceLevel) override {
    if (behaviour_->runs_until_breakdown.fetch_sub(1) <= 0) {
      return tl::unexpected(std::string("worn out"));
    }
    Nanos sum = 0;
    for (const Step& step : plan.steps) sum += step.duration_ns;
    if (behaviour_->jitter) std::this_thread::sleep_for(std::chrono::microseconds(sum % 200));
    ++behaviour_->runs;
    if (behaviour_->keep_plans) {
      const std::lock_guard lock(behaviour_->mutex);
      behaviour_->plans.insert(FormatPlan(plan));
    }
    trace_ = std::to_string(sum) + " = " + std::string(behaviour_->ending) + "\n";
    return trace_;
  }

 private:
  std::shared_ptr<Behaviour> behaviour_;
  TargetInfo info_;
  std::string trace_;
};

Observation Seen(std::string_view clause, Conformity conformity, std::string outcome) {
  return {.clause = clause,
          .situation = {},
          .outcome = std::move(outcome),
          .conformity = conformity,
          .step = 0,
          .detail = {}};
}

// One sleep of 77 and more fails, and ten sleeps fail in another way.
std::vector<Observation> JudgeSleeps(const Plan& plan, std::string_view, const JudgeOptions&) {
  Nanos longest = 0;
  for (const Step& step : plan.steps) longest = std::max(longest, step.duration_ns);
  if (longest >= 77) return {Seen(kSleeps, Conformity::kDeparts, "too long")};
  if (plan.steps.size() >= 10) return {Seen(kSleeps, Conformity::kDeparts, "too many")};
  return {Seen(kSleeps, Conformity::kConforms, "slept")};
}

std::vector<Observation> JudgeLeniently(const Plan&, std::string_view, const JudgeOptions&) {
  return {Seen(kSleeps, Conformity::kConforms, "slept")};
}

class Runs : public testing::Test {
 protected:
  Runs() {
    options_.findings_folder = fs::path(testing::TempDir()) / "runner_test_findings";
    fs::remove_all(options_.findings_folder);
    options_.cases = 200;
    options_.clause_glob = "test.*";
    options_.judge = &JudgeSleeps;
    options_.say = [this](const std::string& line) { said_.push_back(line); };
    known_.target = "fake";
    under_test_.expectations = &known_;
    under_test_.open = [this]() -> tl::expected<std::unique_ptr<Target>, std::string> {
      ++opened_;
      return std::make_unique<FakeTarget>(behaviour_);
    };
  }

  TargetReport Check() {
    auto report = Runner(TestProperties(), options_).Check(under_test_);
    EXPECT_TRUE(report) << report.error();
    return std::move(*report);
  }

  static const Result& Find(const TargetReport& report, std::string_view clause,
                            std::string_view property) {
    for (const Result& result : report.results) {
      if (result.clause == clause && result.property == property) return result;
    }
    static const Result none;
    ADD_FAILURE() << "no result of " << clause << " by " << property;
    return none;
  }

  static std::string Read(const std::string& path) {
    std::ifstream file(path);
    EXPECT_TRUE(file) << path;
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  RunnerOptions options_;
  Expectations known_;
  TargetUnderTest under_test_;
  std::shared_ptr<FakeTarget::Behaviour> behaviour_ = std::make_shared<FakeTarget::Behaviour>();
  std::vector<std::string> said_;
  int opened_ = 0;
};

TEST_F(Runs, OpenOneTargetForEachThread) {
  options_.threads = 3;
  Check();
  EXPECT_EQ(opened_, 3);
}

TEST_F(Runs, GiveTheSameReportForAnyNumberOfThreadsAndAnyTiming) {
  const auto report_with = [this](int threads, bool jitter) {
    options_.threads = threads;
    behaviour_->jitter = jitter;
    TargetReport report = Check();
    report.search_time = report.shrink_time = milliseconds{0};
    return FormatJson({report});
  };
  const std::string one = report_with(1, false);
  EXPECT_EQ(report_with(2, true), one);
  EXPECT_EQ(report_with(5, true), one);
  options_.seed = 2;
  EXPECT_NE(report_with(1, false), one);
}

TEST_F(Runs, CountWhatWasObserved) {
  options_.judge = &JudgeLeniently;
  const TargetReport report = Check();
  EXPECT_EQ(report.cases, 200);
  EXPECT_EQ(Find(report, kSleeps, "sleeps/a").cases, 67);
  EXPECT_EQ(Find(report, kSleeps, "sleeps/b").cases, 67);
  EXPECT_EQ(Find(report, kSleeps, "sleeps/a").verdict, Verdict::kPass);
  EXPECT_FALSE(IsBad(report));
}

// --- evidence: of a clause of the register, which one plan in some dozens shows

constexpr std::string_view kRare = "cmap_get.value";

// Ten steps or more of which the last is short.
std::vector<Observation> JudgeRarely(const Plan& plan, std::string_view, const JudgeOptions&) {
  if (plan.steps.size() < 10 || plan.steps.back().duration_ns >= 5) return {};
  Observation seen = Seen(kRare, Conformity::kConforms, "as stored");
  seen.part = "int8 least";
  return {seen};
}

class Steers : public Runs {
 protected:
  Steers() {
    options_.clause_glob = std::string(kRare);
    options_.judge = &JudgeRarely;
    options_.cases = 12;
  }

  TargetReport CheckRare() {
    static const std::vector<Property> properties = {
        {"never", {"cmap_get.no_value"}, "", true, &GenSleeps},
        {"rare/a", {std::string(kRare)}, "", true, &GenSleeps},
        {"rare/b", {std::string(kRare)}, "", true, &GenSleeps}};
    auto report = Runner(properties, options_).Check(under_test_);
    EXPECT_TRUE(report) << report.error();
    return std::move(*report);
  }

  // How often the part was seen that plans show.
  static int64_t PartSeen(const TargetReport& report) {
    int64_t seen = 0;
    for (const Result& result : report.results) {
      for (const int64_t count : result.parts) seen += count;
    }
    return seen;
  }
};

TEST_F(Steers, SayWhatLacksEvidenceWhereNoMoreMayBeDrawn) {
  const TargetReport report = CheckRare();
  EXPECT_EQ(report.cases, 12);
  ASSERT_EQ(report.lacking.size(), 1U) << "of what was asked for alone";
  EXPECT_EQ(report.lacking[0].clause, kRare);
  EXPECT_LT(report.lacking[0].cases, kCasesWanted);
}

TEST_F(Steers, DrawMoreUntilThereIsEnoughAndSayWhatCannotBeMet) {
  options_.steered_cases = 3000;
  const TargetReport report = CheckRare();
  EXPECT_GE(PartSeen(report), kShownWanted);
  // All other parts of the clause are never shown here: the bound was reached.
  EXPECT_EQ(report.cases_steered, 3000);
  EXPECT_EQ(report.cases, 12);
  ASSERT_EQ(report.lacking.size(), 1U);
  EXPECT_GE(report.lacking[0].cases, kCasesWanted);
  EXPECT_EQ(report.lacking[0].parts.size(), 19U);
  EXPECT_EQ(
      std::count(report.lacking[0].parts.begin(), report.lacking[0].parts.end(), "int8 least"), 0);
}

TEST_F(Steers, DrawTheSameForAnyNumberOfThreadsAndAnyTiming) {
  options_.steered_cases = 400;
  const auto report_with = [this](int threads, bool jitter) {
    options_.threads = threads;
    behaviour_->jitter = jitter;
    TargetReport report = CheckRare();
    report.search_time = report.shrink_time = milliseconds{0};
    return FormatJson({report});
  };
  const std::string one = report_with(1, false);
  EXPECT_EQ(report_with(4, true), one);
}

TEST_F(Steers, LeaveEvidenceToTheFirstShard) {
  options_.steered_cases = 400;
  options_.shard = {.index = 1, .total = 2};
  const TargetReport report = CheckRare();
  EXPECT_EQ(report.cases_steered, 0);
  EXPECT_TRUE(report.lacking.empty());
}

TEST_F(Steers, FindAndTellWhatOnlySteeredCasesShow) {
  options_.steered_cases = 3000;
  options_.cases = 3;
  options_.judge = [](const Plan& plan, std::string_view trace, const JudgeOptions& options) {
    auto seen = JudgeRarely(plan, trace, options);
    for (Observation& one : seen) one.conformity = Conformity::kDeparts;
    return seen;
  };
  const TargetReport report = CheckRare();
  EXPECT_TRUE(IsBad(report));
  ASSERT_FALSE(said_.empty());
  const std::string& path = report.results.front().plan;
  const auto plan = ParsePlan(Read(path), path);
  ASSERT_TRUE(plan) << plan.error();
  EXPECT_FALSE(JudgeRarely(*plan, "", {}).empty()) << "the plan that was written shows it";
}

TEST_F(Runs, SayWhatWasNotReached) {
  const TargetReport report = Check();
  const Result& never = Find(report, kNever, "sleeps/a");
  EXPECT_EQ(never.verdict, Verdict::kNotReached);
  EXPECT_EQ(never.cases, 0);
  EXPECT_NE(never.detail.find("67 cases"), std::string::npos) << never.detail;
}

TEST_F(Runs, SkipLiveWhatCanOnlyBeSimulated) {
  under_test_.generate.live = true;
  const TargetReport report = Check();
  EXPECT_EQ(Find(report, kRefused, "simulated/only").verdict, Verdict::kSkipped);
  EXPECT_NE(Find(report, kSleeps, "sleeps/a").verdict, Verdict::kSkipped);
}

TEST_F(Runs, LeaveOutPropertiesThatExerciseNoClauseAskedFor) {
  options_.clause_glob = "test.ref*";
  const Runner runner(TestProperties(), options_);
  ASSERT_EQ(runner.selected().size(), 1u);
  EXPECT_EQ(runner.selected()[0]->name, "simulated/only");
  for (const Result& result : Check().results) EXPECT_EQ(result.clause, kRefused);
}

TEST_F(Runs, NameClausesOfTheRegisterThatNothingExercises) {
  options_.clause_glob = "cmap_dispatch.one";
  const TargetReport report = Check();
  ASSERT_EQ(report.results.size(), 1u);
  EXPECT_EQ(report.results[0].verdict, Verdict::kNotReached);
  EXPECT_TRUE(report.results[0].property.empty());
  EXPECT_FALSE(IsBad(report));
}

TEST_F(Runs, FindWhatAClauseIsJudgedAsThatIsNotAskedFor) {
  options_.judge = [](auto&&...) {
    return std::vector{Seen("cmap_get.value", Conformity::kDeparts, "a value")};
  };
  options_.clause_glob = "cmap.h.cmap_get.retrieves";
  const std::vector<Property> properties = {{"p", {"cmap_get.value"}, "", true, &GenSleeps}};
  const auto report = Runner(properties, options_).Check(under_test_);
  ASSERT_TRUE(report.has_value() && report->results.size() == 1) << "of what is asked for alone";
  EXPECT_EQ(report->results[0].detail, "as cmap_get.value: a value");
  EXPECT_TRUE(fs::exists(report->results[0].plan)) << "which is a finding";
}

TEST_F(Runs, SayEachFindingOnceAndWriteItsPlanAtOnce) {
  options_.shrink_limit = milliseconds{0};
  Check();
  ASSERT_EQ(said_.size(), 3u);
  for (const std::string& line : said_) {
    EXPECT_NE(line.find(kSleeps), std::string::npos) << line;
    EXPECT_NE(line.find("seed 1"), std::string::npos) << line;
    const std::string path = line.substr(line.rfind(' ') + 1);
    const auto plan = ParsePlan(Read(path), path);
    ASSERT_TRUE(plan) << plan.error();
    EXPECT_EQ(JudgeSleeps(*plan, "", {})[0].conformity, Conformity::kDeparts);
  }
}

TEST_F(Runs, ShrinkFindingsAsLongAsTheyFailInTheSameWay) {
  const TargetReport report = Check();
  EXPECT_TRUE(IsBad(report));
  for (const char* property : {"sleeps/a", "sleeps/b"}) {
    const Result& result = Find(report, kSleeps, property);
    EXPECT_EQ(result.verdict, Verdict::kFail);
    const std::string text = Read(result.plan);
    const auto plan = ParsePlan(text, result.plan);
    ASSERT_TRUE(plan) << plan.error();
    if (result.detail == "too long") {
      ASSERT_EQ(plan->steps.size(), 1u) << text;
      EXPECT_EQ(plan->steps[0].duration_ns, 77);
    } else {
      ASSERT_EQ(plan->steps.size(), 10u) << text;
      EXPECT_EQ(plan->steps[0].duration_ns, 0);
    }
    EXPECT_NE(text.find("# replay: cmapsim replay --library=libfake.so"), std::string::npos)
        << text;
    EXPECT_NE(text.find("# outcome: " + result.detail), std::string::npos) << text;
  }
}

TEST_F(Runs, ShowSmallFindingsWithTheirTraceAndHowToReplayThem) {
  std::vector<std::string> shown;
  options_.show = [&shown](const std::string& text) { shown.push_back(text); };
  const TargetReport report = Check();
  ASSERT_EQ(shown.size(), 3U);
  const std::string path = Find(report, kSleeps, "sleeps/a").plan;
  const std::string trace = Read(fs::path(path).replace_extension(".trace"));
  EXPECT_NE(trace.find(" = finished\n"), std::string::npos);
  EXPECT_NE(Read(fs::path(path).replace_extension(".c")).find("nanosleep"), std::string::npos);
  EXPECT_NE(shown[0].find("op: sleep"), std::string::npos) << shown[0];
  EXPECT_NE(shown[0].find("  " + trace), std::string::npos) << shown[0];
  EXPECT_NE(shown[0].find("replay: cmapsim replay --library=libfake.so " + path), std::string::npos)
      << shown[0];
}

TEST_F(Runs, TellTheFirstPropertiesThatBreakAClause) {
  std::vector<Property> many;
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    many.push_back({name, {std::string(kSleeps)}, "", true, &GenSleeps});
  }
  ASSERT_TRUE(Runner(many, options_).Check(under_test_));
  ASSERT_EQ(said_.size(), 4U);
  EXPECT_EQ(said_[3].substr(0, 20), "and 2 more findings ");
}

TEST_F(Runs, WriteNothingWithoutAFinding) {
  options_.judge = &JudgeLeniently;
  Check();
  EXPECT_TRUE(said_.empty());
  EXPECT_FALSE(fs::exists(options_.findings_folder));
}

TEST_F(Runs, PointToTheEvidenceOfWhatIsExpected) {
  known_.list.push_back({.clause = std::string(kSleeps),
                         .situation = "",
                         .accept = {"too long", "too many"},
                         .versions = {},
                         .reason = "it sleeps well",
                         .evidence = "evidence.yaml",
                         .shows = {}});
  const TargetReport report = Check();
  const Result& result = Find(report, kSleeps, "sleeps/a");
  EXPECT_EQ(result.verdict, Verdict::kExpectedFail);
  EXPECT_EQ(result.plan, "evidence.yaml");
  EXPECT_FALSE(IsBad(report));
  EXPECT_FALSE(fs::exists(options_.findings_folder));
}

TEST_F(Runs, HaveWhatWasFoundUntilATargetBreaksDown) {
  options_.threads = 1;  // else it may break down in another property
  behaviour_->runs_until_breakdown = 20;
  const auto report = Runner(TestProperties(), options_).Check(under_test_);
  ASSERT_TRUE(report) << report.error();
  EXPECT_NE(report->trouble.find("worn out"), std::string::npos) << report->trouble;
  EXPECT_NE(report->trouble.find("sleeps/a"), std::string::npos) << report->trouble;
  EXPECT_EQ(report->cases_left_out, 0) << "they are not left out for being dear";
  EXPECT_EQ(Find(*report, kSleeps, "sleeps/b").detail, "the check was not completed");
}

TEST_F(Runs, EndWithAMessageWhereATargetCannotBeHad) {
  under_test_.open = []() -> tl::expected<std::unique_ptr<Target>, std::string> {
    return tl::unexpected(std::string("out of stock"));
  };
  const auto report = Runner(TestProperties(), options_).Check(under_test_);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error(), "out of stock");
}

TEST_F(Runs, EndWithAMessageWhereAGeneratorThrows) {
  const std::vector<Property> broken = {{"broken", {std::string(kSleeps)}, "", true, &GenBroken}};
  const auto report = Runner(broken, options_).Check(under_test_);
  ASSERT_TRUE(report) << report.error();
  EXPECT_NE(report->trouble.find("no plan today"), std::string::npos) << report->trouble;
}

TEST_F(Runs, DoNotTryALibraryThatHangsCrashesOrLoopsForEver) {
  options_.judge = &JudgeLeniently;
  options_.cases = 3 * 640;  // of each property ten runs of 64
  behaviour_->ending = "hang";
  EXPECT_EQ(Check().cases, 30);
  behaviour_->ending = "crash SIGSEGV";
  behaviour_->runs = 0;
  const TargetReport report = Check();
  EXPECT_EQ(report.cases, 150);
  EXPECT_EQ(report.cases_left_out, 3 * 640 - 150);
  EXPECT_EQ(behaviour_->runs, 150);
  behaviour_->ending = "deadlock poll";
  EXPECT_EQ(Check().cases, 3 * 640);
  options_.threads = 1;
  behaviour_->ending = "livelock calls";
  EXPECT_EQ(Check().cases, 640) << "of 600, all of the runs of cases that were begun";
}

TEST_F(Runs, DoNotTryADaemonThatKeepsDyingForEver) {
  options_.judge = &JudgeLeniently;
  options_.cases = 2 * 640;  // only two properties can be run live
  under_test_.generate.live = true;
  behaviour_->ending = "finished service-ended signal SIGABRT";
  TargetReport report = Check();
  EXPECT_EQ(report.cases, 6);
  EXPECT_EQ(report.cases_left_out, 2 * 640 - 6);
  EXPECT_EQ(Find(report, kSleeps, "sleeps/a").cases, 3);
  EXPECT_EQ(Find(report, kNever, "sleeps/a").detail, "the situation did not arise in 3 cases");
  behaviour_->ending = "finished";
  EXPECT_EQ(Check().cases, 2 * 640);
}

// On a loaded machine a genuine daemon is slow, and what is left out would be missing as evidence.
TEST_F(Runs, LeaveOutMostOfASlowDaemonOnlyWhereSomethingFails) {
  std::vector<Property> many;
  for (int i = 0; i < 30; ++i) {
    many.push_back({"p" + std::to_string(i), {std::string(kSleeps)}, "", true, &GenSleeps});
  }
  options_.cases = 10 * 30;
  options_.shrink_limit = milliseconds{0};
  under_test_.generate.live = true;
  behaviour_->ending = "finished service-ended signal SIGABRT";  // costs a second
  options_.judge = &JudgeLeniently;
  auto report = Runner(many, options_).Check(under_test_);
  ASSERT_TRUE(report) << report.error();
  EXPECT_EQ(report->cases, 3 * 30);
  options_.judge = [](auto&&...) { return std::vector{Seen(kSleeps, Conformity::kDeparts, "no")}; };
  report = Runner(many, options_).Check(under_test_);
  ASSERT_TRUE(report) << report.error();
  EXPECT_EQ(report->cases, 60);
}

TEST_F(Runs, LeaveTheSameOutHoweverThreadsMeet) {
  options_.judge = &JudgeLeniently;
  options_.cases = 3 * 64 * 100;  // 300 runs of cases, of which each costs a second
  behaviour_->ending = "hang";
  for (const int threads : {1, 3}) {
    options_.threads = threads;
    behaviour_->jitter = threads > 1;
    const TargetReport report = Check();
    EXPECT_EQ(report.cases, 60);
    EXPECT_EQ(Find(report, kSleeps, "sleeps/a").cases, 60);
    EXPECT_EQ(Find(report, kSleeps, "sleeps/b").detail,
              "left out, after others that crashed, hung, or cost a new daemon");
  }
}

TEST_F(Runs, TellHowFarTheyAre) {
  int64_t last = 0;
  int64_t whole = 0;
  options_.progress = [&](int64_t done, int64_t total) {
    EXPECT_GE(done, last);
    last = done;
    whole = total;
  };
  Check();
  EXPECT_EQ(last, 200);
  EXPECT_EQ(whole, 200);
}

TEST_F(Runs, SplitTheirCasesOverShards) {
  options_.judge = &JudgeLeniently;
  behaviour_->keep_plans = true;
  EXPECT_EQ(Check().cases, 200);
  const std::multiset<std::string> whole = std::exchange(behaviour_->plans, {});
  int64_t cases = 0;
  int64_t results_without_case = 0;
  for (int64_t shard = 0; shard < 3; ++shard) {
    options_.shard = {shard, 3};
    const TargetReport report = Check();
    cases += report.cases;
    EXPECT_NEAR(static_cast<double>(report.cases), 67, 3);
    EXPECT_EQ(report.cases_left_out, 0);
    EXPECT_GT(Find(report, kSleeps, "sleeps/a").cases, 0);
    for (const Result& result : report.results) results_without_case += result.cases == 0 ? 1 : 0;
  }
  EXPECT_EQ(cases, 200);
  EXPECT_TRUE(behaviour_->plans == whole) << "other plans than without shards";
  EXPECT_EQ(results_without_case, 2) << "told by the first shard alone";
}

TEST_F(Runs, RunWhatIsWrittenDownInTheFirstShardAlone) {
  int calls = 0;
  options_.fixed_cases = [&calls](Target&, const FixedCaseOptions&) {
    ++calls;
    return tl::expected<FixedCases, std::string>();
  };
  for (int64_t shard = 0; shard < 3; ++shard) {
    options_.shard = {shard, 3};
    Check();
  }
  EXPECT_EQ(calls, 1);
}

TEST_F(Runs, ShrinkNoLongerThanToTheDeadline) {
  options_.shrink_deadline = std::chrono::steady_clock::now();
  const TargetReport report = Check();
  EXPECT_NE(Read(Find(report, kSleeps, "sleeps/a").plan).find("then the time was up"),
            std::string::npos);
}

FixedCase Written(std::string property, Conformity conformity) {
  FixedCase fixed;
  fixed.clause = "test.written";
  fixed.property = std::move(property);
  fixed.plan = "fixtures/" + fixed.property + ".yaml";
  fixed.seen = Seen("test.written", conformity, "what came");
  fixed.detail = "told";
  return fixed;
}

TEST_F(Runs, GiveAResultForEachCaseThatIsWrittenDown) {
  options_.judge = &JudgeLeniently;
  std::vector<std::string> asked_for;
  options_.fixed_cases =
      [&](Target&, const FixedCaseOptions& asked) -> tl::expected<FixedCases, std::string> {
    asked_for.push_back(asked.clause_glob);
    FixedCases fixed;
    fixed.cases = {Written("kept", Conformity::kConforms), Written("broken", Conformity::kDeparts),
                   Written("unlike", Conformity::kConforms),
                   Written("none", Conformity::kConforms)};
    fixed.cases[2].unlike_corosync = true;
    fixed.cases[2].finding.emplace().steps = {suite::Sleep(7)};
    fixed.cases[3].seen.reset();
    fixed.tables = {"a table"};
    return fixed;
  };
  const TargetReport report = Check();
  EXPECT_EQ(report.tables, std::vector<std::string>{"a table"});
  EXPECT_EQ(Find(report, "test.written", "kept").verdict, Verdict::kPass);
  EXPECT_EQ(Find(report, "test.written", "kept").detail, "told");
  EXPECT_EQ(Find(report, "test.written", "broken").verdict, Verdict::kFail);
  EXPECT_EQ(Find(report, "test.written", "broken").plan, "fixtures/broken.yaml");
  EXPECT_EQ(Find(report, "test.written", "none").verdict, Verdict::kNotReached);
  const Result& unlike = Find(report, "test.written", "unlike");
  EXPECT_EQ(unlike.verdict, Verdict::kPass);
  EXPECT_EQ(unlike.compatible, Verdict::kFail);
  EXPECT_NE(Read(unlike.plan).find("op: sleep"), std::string::npos) << "the plan that shows it";
  EXPECT_EQ(said_.size(), 2U) << "each finding, when it is made";
  EXPECT_EQ(asked_for, (std::vector<std::string>{"test.*", "test.written"})) << "what fails, again";
}

TEST_F(Runs, BlameNobodyForAWrittenCaseThatFailsOnce) {
  options_.judge = &JudgeLeniently;
  int runs = 0;
  options_.fixed_cases = [&](Target&,
                             const FixedCaseOptions&) -> tl::expected<FixedCases, std::string> {
    FixedCases fixed;
    fixed.cases = {Written("once", ++runs == 1 ? Conformity::kDeparts : Conformity::kConforms)};
    return fixed;
  };
  const TargetReport report = Check();
  EXPECT_EQ(Find(report, "test.written", "once").verdict, Verdict::kFlaky);
  EXPECT_FALSE(IsBad(report));
  EXPECT_TRUE(IsFlaky(report));
}

TEST_F(Runs, SayWhereWhatIsWrittenDownCannotBeRun) {
  options_.fixed_cases = [](Target&, const FixedCaseOptions&) {
    return tl::expected<FixedCases, std::string>(tl::unexpected(std::string("worn out")));
  };
  const auto report = Runner(TestProperties(), options_).Check(under_test_);
  ASSERT_TRUE(report) << report.error();
  EXPECT_EQ(report->trouble, "worn out");
}

}  // namespace
}  // namespace cmapsim
