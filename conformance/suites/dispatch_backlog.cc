// Large backlogs: so many events, or so large ones, that what carries them fills up and wraps.

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

struct Case {
  uint32_t ending;
  uint32_t rare;      // 0, except in one of twelve cases
  uint32_t hundreds;  // of events, where it is that one
};

rc::Gen<Case> Cases() {
  return Record<Case>({{&Case::ending, kEndingChoices}, {&Case::rare, 12}, {&Case::hundreds, 40}});
}

// Events, and then dispatches of some of them.
struct Round {
  uint32_t events;
  uint32_t dispatches;
  uint32_t size;
  uint32_t type;
};

rc::Gen<std::vector<Round>> Rounds(size_t max, uint32_t events, uint32_t sizes) {
  return Records<Round>(1, max,
                        {{&Round::events, events},
                         {&Round::dispatches, 12},
                         {&Round::size, sizes},
                         {&Round::type, 2}});
}

constexpr uint32_t kString = 8;  // the choice of type; binary is the next

void Burst(Script& script, uint32_t events, const Round& round) {
  for (uint32_t i = 0; i < events; ++i) {
    script.Apply({.key = i % 3,
                  .kind = i % 7 == 6 ? 1u : 0u,
                  .type = round.size == 0 ? i % 4 : kString + round.type,
                  .size = round.size,
                  .by = 0,
                  .delay = 0});
  }
}

Plan Write(int32_t mode, const GenerateOptions& options, Ending ending, uint32_t extra,
           const std::vector<Round>& rounds) {
  Script script(options);
  script.Begin(mode, ending);
  script.Track("test.", kTrackAll | kTrackPrefix);
  uint32_t pending = 0;
  for (const Round& round : rounds) {
    const uint32_t events = 2 + round.events + (&round == rounds.data() ? extra : 0);
    Burst(script, events, round);
    pending += events;
    if (mode == kDispatchBlocking) continue;
    const uint32_t dispatches = 1 + round.dispatches % (pending - 1);
    script.Dispatch(mode, mode == kDispatchAll ? 1 : dispatches);
    pending -= mode == kDispatchAll ? pending - 1 : dispatches - 1;
  }
  if (mode == kDispatchBlocking) script.Dispatch(mode, 1);
  return script.End();
}

rc::Gen<Plan> LargeBacklog(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Round>& rounds) {
    const bool huge = c.rare == 11 && !options.live;
    return Write(mode, options, EndingOf(c.ending, options), huge ? 100 * c.hundreds : 0, rounds);
  };
  return options.live ? Plans(write, Cases(), Rounds(2, 14, 1))
                      : Plans(write, Cases(), Rounds(4, 60, 1));
}

rc::Gen<Plan> LargeValues(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, std::vector<Round> rounds) {
    for (Round& round : rounds) {
      if (round.size == 0) round.size = 7;
    }
    const bool huge = c.rare == 11 && !options.live;
    return Write(mode, options, EndingOf(c.ending, options), huge ? 2 * c.hundreds : 0, rounds);
  };
  return options.live ? Plans(write, Cases(), Rounds(2, 14, kSizeCount))
                      : Plans(write, Cases(), Rounds(5, 20, kSizeCount));
}

}  // namespace

void AddBacklogSituations(std::vector<Property>& out) {
  AddForEachMode<&LargeBacklog>(out, {.name = "large-backlog",
                                      .sentence = "up to thousands of events are pending",
                                      .clauses = CallbackClauses()});
  AddForEachMode<&LargeValues>(out, {.name = "large-values",
                                     .sentence = "what is pending fills the rings, several times",
                                     .clauses = CallbackClauses()});
}

}  // namespace cmapsim::suite
