// Plans of several tasks, written act by act.
//
//   TaskPlan plan(options, turns);
//   plan.Connect(0);                     // by the first task, before the others begin
//   for (const Act& act : acts) plan.Add(act, /*connection=*/0);   // to the task that the act names
//   return plan.End();                   // joins, then what each key holds and what is still pending
#pragma once

#include <cstdint>
#include <vector>

#include "conformance/suite.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {

// How tasks take turns. All 0: two tasks, the first as far as it goes.
struct Turns {
  uint32_t tasks = 0;   // beyond two
  uint32_t one_in = 0;  // choice of a chance
  uint32_t more = 0;    // two choices of the property's own
  uint32_t kill = 0;
  uint32_t at = 0;  // of a signal: at which call
};
[[nodiscard]] rc::Gen<Turns> DrawnTurns();

// One call. All 0: the first task sets test.a.
struct Act {
  uint32_t kind = 0;
  uint32_t key = 0;
  uint32_t number = 0;
  uint32_t task = 0;
};
// How many kinds, from the first on.
inline constexpr uint32_t kSets = 1;
inline constexpr uint32_t kRequests = 6;
inline constexpr uint32_t kRequestsAndDispatches = 9;
[[nodiscard]] rc::Gen<std::vector<Act>> Acts(size_t min, size_t max, uint32_t kinds);

// A fault of the client's host, or one that the service may rightly have. All 0: the first send is interrupted.
struct Strike {
  uint32_t kind = 0;
  uint32_t nth = 0;
};
[[nodiscard]] rc::Gen<std::vector<Strike>> Strikes(size_t min, size_t max);

class TaskPlan {
 public:
  TaskPlan(const GenerateOptions& options, const Turns& turns);

  [[nodiscard]] int32_t tasks() const { return tasks_; }
  [[nodiscard]] int32_t TaskOf(const Act& act) const {
    return static_cast<int32_t>(act.task) % tasks_;
  }
  // Before all else.
  void Begin(Step step);
  // By the first task before the others begin. The tracker has the connection's number.
  void Connect(int32_t connection);
  void Track(int32_t connection);
  [[nodiscard]] Step StepOf(const Act& act, int32_t connection) const;
  void Add(const Act& act, int32_t connection);
  void AddTo(int32_t task, Step step);
  void AddFault(const Strike& strike);
  // A signal at a call that `turns` chooses.
  void Signal(int32_t signal, const Turns& turns);

  // The first task's end: it joins the others and looks at everything.
  [[nodiscard]] Plan End();
  // It only joins them.
  [[nodiscard]] Plan Done();

 private:
  Plan plan_;
  int32_t tasks_;
  std::vector<Step> first_;                // what the first task does once the others are begun
  std::vector<std::vector<Step>> others_;  // from task 1 on
  std::vector<int32_t> connections_;
};

}  // namespace cmapsim::suite
