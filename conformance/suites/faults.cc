// Faults of the client's host and of the service in between: what the calls they strike come to is unknown, and what
// is seen afterwards decides (conformance/history).

#include "conformance/suites/many_tasks.h"
#include "conformance/suites/registry.h"

namespace cmapsim::suite {
namespace {

// One task. `more` fields of the turns choose nothing here.
rc::Gen<Plan> OneTask(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Act>& acts, const std::vector<Strike>& strikes) {
    TaskPlan plan(options, {});
    plan.Connect(0);
    plan.Track(0);
    for (const Act& act : acts) plan.AddTo(0, plan.StepOf(act, 0));
    for (const Strike& strike : strikes) plan.AddFault(strike);
    return plan.End();
  };
  return Plans(write, Acts(1, 12, kRequestsAndDispatches), Strikes(1, 3));
}

rc::Gen<Plan> SeveralTasks(const GenerateOptions& options) {
  const auto write = [=](const Turns& turns, const std::vector<Act>& acts,
                         const std::vector<Strike>& strikes) {
    TaskPlan plan(options, turns);
    plan.Connect(0);
    if (turns.more != 0) plan.Connect(1);
    plan.Track(0);
    for (const Act& act : acts) {
      plan.Add(act, turns.more != 0 ? static_cast<int32_t>(act.number % 2) : 0);
    }
    for (const Strike& strike : strikes) plan.AddFault(strike);
    return plan.End();
  };
  return Plans(write, DrawnTurns(), Acts(1, 10, kRequestsAndDispatches), Strikes(1, 2));
}

}  // namespace

void AddFaultProperties(std::vector<Property>& out) {
  const auto add = [&out](std::string_view name, std::string_view sentence,
                          rc::Gen<Plan> (*generate)(const GenerateOptions&)) {
    out.push_back({.name = "faults/" + std::string(name),
                   .clauses = {"cmap_initialize.returns", "cmap_set.returns"},
                   .sentence = std::string(sentence),
                   .live = false,
                   .generate = generate});
  };
  add("one-task",
      "faults in between: what is seen afterwards is explained by what the calls may have done",
      &OneTask);
  add("several-tasks", "faults in between, while several tasks call", &SeveralTasks);
}

}  // namespace cmapsim::suite
