#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "conformance/cases.h"
#include "conformance/suite.h"
#include "conformance/suites/script.h"
#include "sim/core/plan_codec.h"
#include "sim/core/plan_yaml.h"

namespace cmapsim::suite {
namespace {

constexpr GenerateOptions kSimulated = {.transport = Transport::kShm, .live = false};
constexpr GenerateOptions kLive = {.transport = Transport::kSocket, .live = true};

// Some plans of a property, of growing size.
std::vector<Plan> PlansOf(const Property& property, const GenerateOptions& options, int count) {
  const rc::Gen<Plan> generate = GeneratorOf(property, options);
  std::vector<Plan> plans;
  for (int i = 0; i < count; ++i) {
    plans.push_back(generate(rc::Random(static_cast<uint64_t>(i)), i * 100 / count).value());
  }
  return plans;
}

const std::map<std::string, int32_t>& Modes() {
  static const std::map<std::string, int32_t> modes = {
      {"one", kDispatchOne},
      {"all", kDispatchAll},
      {"blocking", kDispatchBlocking},
      {"one-nonblocking", kDispatchOneNonblocking}};
  return modes;
}

// "one" of "dispatch/one/nothing-pending", and the rest; empty where it is another property.
std::pair<std::string, std::string> ModeAndSituation(const std::string& name) {
  const size_t slash = name.find('/', 9);
  if (!name.starts_with("dispatch/") || slash == std::string::npos) return {};
  const std::string mode = name.substr(9, slash - 9);
  if (!Modes().contains(mode)) return {};
  return {mode, name.substr(slash + 1)};
}

TEST(Suites, PropertiesHaveNamesOfTheirOwnClausesAndASentence) {
  std::set<std::string> names;
  for (const Property& property : AllProperties()) {
    EXPECT_TRUE(names.insert(property.name).second) << property.name;
    EXPECT_FALSE(property.clauses.empty()) << property.name;
    EXPECT_FALSE(property.sentence.empty()) << property.name;
  }
}

TEST(Suites, EverySituationIsTriedInEveryMode) {
  std::map<std::string, std::set<std::string>> modes_of;
  for (const Property& property : AllProperties()) {
    const auto [mode, situation] = ModeAndSituation(property.name);
    if (!mode.empty()) modes_of[situation].insert(mode);
  }
  EXPECT_GE(modes_of.size(), 25u);
  for (const auto& [situation, modes] : modes_of) EXPECT_EQ(modes.size(), 4u) << situation;
}

TEST(Suites, EveryPlanSurvivesItsText) {
  for (const Property& property : AllProperties()) {
    for (const GenerateOptions& options : {kSimulated, kLive}) {
      for (const Plan& plan : PlansOf(property, options, 40)) {
        const auto again = ParsePlan(FormatPlan(plan), "p.yaml");
        ASSERT_TRUE(again.has_value()) << property.name << ": " << again.error();
        ASSERT_EQ(*again, plan) << property.name << "\n" << FormatPlan(plan);
        std::string bytes;
        EncodePlan(plan, bytes);
        ASSERT_EQ(DecodePlan(bytes), plan) << property.name;
      }
    }
  }
}

TEST(Suites, EveryPlanIsOfTheTransportThatWasAskedFor) {
  for (const Property& property : AllProperties()) {
    EXPECT_EQ(PlansOf(property, kSimulated, 1)[0].transport, Transport::kShm) << property.name;
    EXPECT_EQ(PlansOf(property, kLive, 1)[0].transport, Transport::kSocket) << property.name;
  }
}

TEST(Suites, LivePlansKeepToWhatARealDaemonCanDoQuickly) {
  for (const Property& property : AllProperties()) {
    if (!property.live) continue;
    for (const Plan& plan : PlansOf(property, kLive, 60)) {
      EXPECT_TRUE(plan.faults.empty()) << property.name;
      Nanos waited = 0;
      size_t changes = 0;
      for (const Step* step : StepsById(plan)) {
        waited = std::max(waited, step->after_ns.value_or(0));
        if (step->op == Op::kSleep) waited = std::max(waited, step->duration_ns);
        if (step->by == Actor::kPeer) ++changes;
        EXPECT_FALSE(step->op == Op::kTrackAdd && !step->key) << property.name;
      }
      EXPECT_LE(waited, 40 * kMillisecond) << property.name;
      EXPECT_LE(changes, 256u) << property.name;
    }
  }
}

// --- each plan has the situation that its property is named after

using Predicate = std::function<bool(const Plan&, int32_t mode)>;

bool IsChange(const Step& step) {
  return step.op == Op::kSet || step.op == Op::kDelete || step.op == Op::kInc ||
         step.op == Op::kDec;
}

// Position of the first step at the top level that fits; that behind the last one where none does.
size_t First(const Plan& plan, const std::function<bool(const Step&)>& fits, size_t from = 0) {
  for (size_t i = from; i < plan.steps.size(); ++i) {
    if (fits(plan.steps[i])) return i;
  }
  return plan.steps.size();
}

bool Has(const Plan& plan, const std::function<bool(const Step&)>& fits) {
  return First(plan, fits) < plan.steps.size();
}

size_t CountBefore(const Plan& plan, size_t end, const std::function<bool(const Step&)>& fits) {
  size_t count = 0;
  for (size_t i = 0; i < end; ++i) count += fits(plan.steps[i]) ? 1 : 0;
  return count;
}

size_t FirstDispatch(const Plan& plan, int32_t mode) {
  return First(plan, [mode](const Step& s) { return s.op == Op::kDispatch && s.mode == mode; });
}

// A reaction has a step that fits.
Predicate InCallback(std::function<bool(const Step&)> fits) {
  return [fits](const Plan& plan, int32_t) {
    return Has(plan, [&](const Step& step) {
      for (const Reaction& reaction : step.on_callback) {
        for (const Step& inner : reaction.steps) {
          if (fits(inner)) return true;
        }
      }
      return false;
    });
  };
}

Predicate BeforeDispatch(std::function<bool(const Step&)> fits, size_t at_least = 1) {
  return [fits, at_least](const Plan& plan, int32_t mode) {
    return CountBefore(plan, FirstDispatch(plan, mode), fits) >= at_least;
  };
}

Predicate HasFault(FaultKind kind) {
  return [kind](const Plan& plan, int32_t) {
    return !plan.faults.empty() && plan.faults[0].kind == kind;
  };
}

bool IsTrack(const Step& s) { return s.op == Op::kTrackAdd; }
bool IsNow(const Step& s) { return IsChange(s) && !s.after_ns; }
bool IsLater(const Step& s) { return IsChange(s) && s.after_ns; }
bool IsKill(const Step& s) { return s.op == Op::kService && s.action == ServiceAction::kKill; }
bool IsStart(const Step& s) { return s.op == Op::kService && s.action == ServiceAction::kStart; }
bool IsStop(const Step& s) { return s.op == Op::kService && s.action == ServiceAction::kStop; }
bool Is(const Step& s, Op op) { return s.op == op; }

Predicate Both(Predicate a, Predicate b) {
  return [a, b](const Plan& plan, int32_t mode) { return a(plan, mode) && b(plan, mode); };
}

bool ChangesBeforeDeletion(const Plan& plan, int32_t mode) {
  const size_t deleted = First(plan, [](const Step& s) { return Is(s, Op::kTrackDelete); });
  return deleted < FirstDispatch(plan, mode) && CountBefore(plan, deleted, IsNow) > 0;
}

bool OnlyOnOtherConnections(const Plan& plan, int32_t) {
  return !Has(plan, [](const Step& s) { return IsTrack(s) && s.connection == 0; });
}

const std::map<std::string, Predicate>& Situations() {
  static const std::map<std::string, Predicate> table = {
      {"nothing-tracked", OnlyOnOtherConnections},
      {"nothing-pending", BeforeDispatch(IsTrack)},
      {"one-pending", Both(BeforeDispatch(IsTrack), BeforeDispatch(IsNow))},
      {"many-pending", Both(BeforeDispatch(IsTrack), BeforeDispatch(IsNow, 2))},
      {"events-later", Both(BeforeDispatch(IsTrack), BeforeDispatch(IsLater))},
      {"events-now-and-later", Both(BeforeDispatch(IsNow), BeforeDispatch(IsLater))},
      {"deleted-tracker", ChangesBeforeDeletion},
      {"deleted-among-live", Both(ChangesBeforeDeletion, BeforeDispatch(IsTrack, 2))},
      {"several-trackers", BeforeDispatch(IsTrack, 2)},
      {"trackers-of-one-key",
       BeforeDispatch([](const Step& s) { return IsTrack(s) && s.key == "test.a"; }, 2)},
      {"several-connections",
       BeforeDispatch([](const Step& s) { return Is(s, Op::kInitialize); }, 2)},
      {"arguments", BeforeDispatch(IsNow)},
      {"callback-finalizes", InCallback([](const Step& s) { return Is(s, Op::kFinalize); })},
      {"callback-deletes-its-tracker",
       InCallback([](const Step& s) { return Is(s, Op::kTrackDelete); })},
      {"callback-deletes-another-tracker",
       InCallback([](const Step& s) { return Is(s, Op::kTrackDelete); })},
      {"callback-adds-tracker", InCallback(IsTrack)},
      {"callback-sets", InCallback(IsChange)},
      {"callback-dispatches", InCallback([](const Step& s) { return Is(s, Op::kDispatch); })},
      {"killed-before", BeforeDispatch(IsKill)},
      {"killed-with-events-pending", Both(BeforeDispatch(IsKill), BeforeDispatch(IsNow))},
      {"killed-during", BeforeDispatch([](const Step& s) { return IsKill(s) && s.after_ns; })},
      {"killed-at-request", HasFault(FaultKind::kServiceProcessKill)},
      {"killed-in-callback", InCallback(IsKill)},
      {"stopped-and-continued", BeforeDispatch(IsStop)},
      {"killed-and-started",
       [](const Plan& p, int32_t) { return Has(p, IsKill) && Has(p, IsStart); }},
      {"events-delayed", HasFault(FaultKind::kServiceEventDelay)},
      {"replies-delayed", HasFault(FaultKind::kServiceReplyDelay)},
      {"accept-delayed", HasFault(FaultKind::kServiceAcceptDelay)},
      {"poll-first", Both(BeforeDispatch([](const Step& s) { return Is(s, Op::kPoll); }),
                          BeforeDispatch([](const Step& s) { return Is(s, Op::kFdGet); }))},
      {"large-backlog", BeforeDispatch(IsNow, 2)},
      {"large-values", BeforeDispatch(IsNow, 2)},
      {"bad-handle", [](const Plan&, int32_t) { return true; }},
      {"finalized-handle", BeforeDispatch([](const Step& s) { return Is(s, Op::kFinalize); })},
  };
  return table;
}

TEST(Suites, EveryPlanHasTheSituationOfItsProperty) {
  for (const Property& property : AllProperties()) {
    const auto [mode, situation] = ModeAndSituation(property.name);
    if (mode.empty()) continue;
    const auto predicate = Situations().find(situation);
    ASSERT_NE(predicate, Situations().end()) << "a situation without a test: " << situation;
    const int32_t number = Modes().at(mode);
    for (const GenerateOptions& options : {kSimulated, kLive}) {
      for (const Plan& plan : PlansOf(property, options, 60)) {
        EXPECT_LT(FirstDispatch(plan, number), plan.steps.size()) << property.name;
        EXPECT_TRUE(predicate->second(plan, number)) << property.name << "\n" << FormatPlan(plan);
      }
    }
  }
}

TEST(Suites, BacklogsOfThousandsAreAmongThem) {
  for (const Property& property : AllProperties()) {
    const auto [mode, situation] = ModeAndSituation(property.name);
    if (situation != "large-backlog") continue;
    size_t most = 0;
    for (const Plan& plan : PlansOf(property, kSimulated, 100)) {
      most = std::max(most, CountBefore(plan, plan.steps.size(), IsChange));
    }
    EXPECT_GE(most, 2000u) << property.name;
  }
}

TEST(Suites, InvalidTypesAreNeverOneOfTheFour) {
  std::set<int32_t> seen;
  for (const Property& property : AllProperties()) {
    if (!property.name.starts_with("dispatch/invalid-type/")) continue;
    for (const Plan& plan : PlansOf(property, kSimulated, 200)) {
      const size_t at = First(plan, [](const Step& s) {
        return s.op == Op::kDispatch && (s.mode < kDispatchOne || s.mode > kDispatchOneNonblocking);
      });
      ASSERT_LT(at, plan.steps.size()) << property.name;
      seen.insert(plan.steps[at].mode);
    }
  }
  for (const int32_t type : {0, 5, -1}) EXPECT_TRUE(seen.contains(type)) << type;
  EXPECT_GE(seen.size(), 50u);
}

}  // namespace
}  // namespace cmapsim::suite
