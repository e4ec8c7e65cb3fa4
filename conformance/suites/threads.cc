// Several tasks at once, on one handle and on several, in drawn schedules; and handlers of signals that call
// into cmap in between. The history judge (conformance/history) looks for an order that explains what came.

#include <csignal>

#include "conformance/suites/many_tasks.h"
#include "conformance/suites/registry.h"

namespace cmapsim::suite {
namespace {

// Requests of two tasks, or three, over one connection.
rc::Gen<Plan> OneHandle(const GenerateOptions& options) {
  const auto write = [=](const Turns& turns, const std::vector<Act>& acts) {
    TaskPlan plan(options, turns);
    plan.Connect(0);
    for (const Act& act : acts) plan.Add(act, 0);
    return plan.End();
  };
  return Plans(write, DrawnTurns(), Acts(1, 12, kRequests));
}

// Dispatches among them, which take from one queue.
rc::Gen<Plan> OneHandleDispatched(const GenerateOptions& options) {
  const auto write = [=](const Turns& turns, const std::vector<Act>& acts) {
    TaskPlan plan(options, turns);
    plan.Connect(0);
    plan.Track(0);
    for (const Act& act : acts) plan.Add(act, 0);
    return plan.End();
  };
  return Plans(write, DrawnTurns(), Acts(1, 12, kRequestsAndDispatches));
}

// Each task has a connection and a tracker of its own.
rc::Gen<Plan> SeveralHandles(const GenerateOptions& options) {
  const auto write = [=](const Turns& turns, const std::vector<Act>& acts) {
    TaskPlan plan(options, turns);
    for (int32_t i = 0; i < plan.tasks(); ++i) {
      plan.Connect(i);
      plan.Track(i);
    }
    for (const Act& act : acts) plan.Add(act, plan.TaskOf(act));
    return plan.End();
  };
  return Plans(write, DrawnTurns(), Acts(1, 12, kRequestsAndDispatches));
}

// Each task makes its connection itself, all at once.
rc::Gen<Plan> InitializeAtOnce(const GenerateOptions& options) {
  const auto write = [=](const Turns& turns, const std::vector<Act>& acts) {
    TaskPlan plan(options, turns);
    for (int32_t i = 0; i < plan.tasks(); ++i) plan.AddTo(i, Initialize(i));
    for (const Act& act : acts) plan.Add(act, plan.TaskOf(act));
    for (int32_t i = 0; i < plan.tasks(); ++i) plan.AddTo(i, Finalize(i));
    return plan.Done();
  };
  return Plans(write, DrawnTurns(), Acts(0, 6, kSets));
}

// BLOCKING in a task of its own, while others change keys and dispatch too; the service's death ends it.
rc::Gen<Plan> BlockingBeside(const GenerateOptions& options) {
  const auto write = [=](const Turns& turns, const std::vector<Act>& acts) {
    TaskPlan plan(options, turns);
    plan.Connect(0);
    plan.Track(0);
    plan.AddTo(1, Dispatch(kDispatchBlocking));
    for (const Act& act : acts) plan.AddTo(0, plan.StepOf(act, 0));
    if (turns.more != 0) plan.AddTo(0, TrackDelete(0));
    Step kill = OfService(ServiceAction::kKill);
    kill.after_ns = kSecond;
    if (turns.kill != 0) plan.AddTo(0, kill);
    return plan.Done();
  };
  return Plans(write, DrawnTurns(), Acts(0, 8, kRequestsAndDispatches));
}

// A connection is finalized while another task dispatches on it.
template <int32_t kMode>
rc::Gen<Plan> FinalizeBeside(const GenerateOptions& options) {
  const auto write = [=](const Turns& turns, const std::vector<Act>& acts) {
    TaskPlan plan(options, turns);
    plan.Connect(0);
    plan.Track(0);
    for (const Act& act : acts) plan.AddTo(0, plan.StepOf(act, 0));
    plan.AddTo(1, Dispatch(kMode));
    if (turns.kill != 0) plan.AddTo(0, Sleep(kSecond));
    plan.AddTo(0, Finalize());
    plan.AddTo(1, Dispatch(kDispatchOneNonblocking));
    return plan.Done();
  };
  return Plans(write, DrawnTurns(), Acts(0, 4, kSets));
}

// A handler calls into cmap between the calls of what it interrupts, and within them; over the same handle or
// another.
rc::Gen<Plan> HandlerCalls(const GenerateOptions& options) {
  const auto write = [=](const Turns& turns, const std::vector<Act>& acts,
                         const std::vector<Act>& handled) {
    TaskPlan plan(options, turns);
    Step handler;
    handler.op = Op::kSigaction;
    handler.signal = SIGUSR1;
    handler.restart = turns.kill != 0;
    Reaction reaction;
    const auto handle = static_cast<int32_t>(turns.more);
    for (const Act& act : handled) reaction.steps.push_back(plan.StepOf(act, handle));
    handler.on_callback.push_back(std::move(reaction));
    plan.Begin(handler);
    plan.Connect(0);
    plan.Connect(1);
    plan.Track(0);
    plan.Signal(SIGUSR1, turns);
    for (const Act& act : acts) plan.AddTo(0, plan.StepOf(act, 0));
    return plan.End();
  };
  return Plans(write, DrawnTurns(), Acts(1, 8, kRequestsAndDispatches), Acts(0, 3, kRequests));
}

}  // namespace

void AddThreadProperties(std::vector<Property>& out) {
  const auto add = [&out](std::string_view name, std::string_view sentence, Clauses clauses,
                          rc::Gen<Plan> (*generate)(const GenerateOptions&)) {
    out.push_back({.name = "threads/" + std::string(name),
                   .clauses = std::move(clauses),
                   .sentence = std::string(sentence),
                   .live = false,
                   .generate = generate});
  };
  add("one-handle", "several tasks make requests over one handle: some order explains them",
      {"cmap_set.returns", "cmap_get.returns"}, &OneHandle);
  add("one-handle-dispatched", "several tasks make requests and dispatch over one handle",
      {"cmap_track_add.notify_fn", "cmap_dispatch.all"}, &OneHandleDispatched);
  add("several-handles", "several tasks, each with a handle of its own",
      {"cmap_initialize.returns", "cmap_track_add.notify_fn"}, &SeveralHandles);
  add("initialize-at-once", "several tasks make their first connections at once",
      {"cmap_initialize.returns"}, &InitializeAtOnce);
  add("blocking-beside",
      "BLOCKING in a task of its own while another changes keys, dispatches and ends tracking",
      {"cmap_dispatch.blocking"}, &BlockingBeside);
  add("finalize-beside-one", "a connection is finalized while another task dispatches ONE",
      {"cmap_finalize.returns", "undocumented.dispatch.finalize_in_another_task"},
      &FinalizeBeside<kDispatchOne>);
  add("finalize-beside-all", "a connection is finalized while another task dispatches ALL",
      {"cmap_finalize.returns"}, &FinalizeBeside<kDispatchAll>);
  add("finalize-beside-blocking",
      "a connection is finalized while another task dispatches BLOCKING",
      {"cmap_finalize.returns", "undocumented.dispatch.finalize_in_another_task"},
      &FinalizeBeside<kDispatchBlocking>);
  add("finalize-beside-one-nonblocking",
      "a connection is finalized while another task dispatches ONE_NONBLOCKING",
      {"cmap_finalize.returns"}, &FinalizeBeside<kDispatchOneNonblocking>);
  add("handlers", "a signal's handler makes requests while a call is under way",
      {"cmap_set.returns", "cmap_get.returns"}, &HandlerCalls);
}

}  // namespace cmapsim::suite
