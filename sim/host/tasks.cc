#include "sim/host/tasks.h"

#include <cxxabi.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "sim/host/real_calls.h"
#include "sim/host/stack_memory.h"
#include "sim/host/target_memory.h"

namespace cmapsim {
namespace {

constexpr size_t kGuard = 4096;

void WaitForTurn(sem_t& turn) {
  while (Real().sem_wait(&turn) != 0 && errno == EINTR) {
  }
}

}  // namespace

Tasks::Tasks() {
  tasks_.push_back(std::make_unique<ClientThread>());
  Real().sem_init(&first().turn, 0, 0);
  current_ = &first();
}

Tasks::~Tasks() { Real().sem_destroy(&first().turn); }

void Tasks::Begin() {
  ClientThread& me = first();
  me.thread = pthread_self();
  me.waiting = nullptr;
  me.finished = me.leave = me.left = false;
  me.blocked_signals = me.pending_signals = 0;
  me.values.clear();
  me.destructors.clear();
  current_ = &me;
  alive_ = 1;
}

ClientThread* Tasks::Create(int number, std::function<void()> body) {
  ReleaseJoined();
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK;
  // At the same place in every run: a library that returns what lies on its stack returns this.
  void* const place =
      reinterpret_cast<void*>(kStacks + static_cast<uintptr_t>(number) * kStackStep);
  void* stack = Real().mmap(place, kStackSize + kGuard, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (stack == MAP_FAILED) return nullptr;
  mprotect(stack, kGuard, PROT_NONE);
  auto task = std::make_unique<ClientThread>();
  task->number = number;
  task->tasks = this;
  task->body = std::move(body);
  task->stack = static_cast<char*>(stack);
  task->blocked_signals = current_->blocked_signals;
  task->values.resize(current_->values.size());
  Real().sem_init(&task->turn, 0, 0);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, task->stack + kGuard, kStackSize);
  NoteNearStack();
  const int error = Real().pthread_create(&task->thread, &attributes, ThreadMain, task.get());
  pthread_attr_destroy(&attributes);
  if (error != 0) {
    Real().munmap(stack, kStackSize + kGuard);
    return nullptr;
  }
  ++alive_;
  const auto after = std::find_if(tasks_.begin(), tasks_.end(),
                                  [number](const auto& other) { return other->number > number; });
  return tasks_.insert(after, std::move(task))->get();
}

void* Tasks::ThreadMain(void* argument) {
  auto& me = *static_cast<ClientThread*>(argument);
  WaitForTurn(me.turn);
  if (me.leave) return nullptr;
  TouchTargetLocals();
  if (setjmp(me.base) != 0) return nullptr;
  try {
    me.body();
  } catch (abi::__forced_unwind&) {  // pthread_exit
    me.tasks->Finish(me);
    throw;
  }
  me.tasks->Finish(me);
  return nullptr;
}

void Tasks::Finish(ClientThread& me) {
  ClientThread& next = choose_(me);
  current_ = &next;
  Real().sem_post(&next.turn);
}

void Tasks::NoteFinished(ClientThread& task) {
  task.finished = true;
  --alive_;
}

void Tasks::SwitchTo(ClientThread& next) {
  ClientThread& me = *current_;
  if (&next == &me) return;
  current_ = &next;
  Real().sem_post(&next.turn);
  WaitForTurn(me.turn);
  if (me.leave) longjmp(me.base, 1);
}

void Tasks::Leave() {
  if (current_ == &first()) longjmp(first().base, 1);
  first().leave = true;
  SwitchTo(first());
  __builtin_unreachable();
}

// Each is woken, leaves its frames and ends before the next is.
void Tasks::EndOthers() {
  current_ = &first();
  while (tasks_.size() > 1) {
    ClientThread& task = *tasks_.back();
    // A finished one too: the run may have ended while it looked for the next (FinishTask).
    task.leave = true;
    Real().sem_post(&task.turn);
    Release(task);
    tasks_.pop_back();
  }
  alive_ = 1;
}

void Tasks::Release(ClientThread& task) {
  Real().pthread_join(task.thread, nullptr);
  Real().sem_destroy(&task.turn);
  Real().munmap(task.stack, kStackSize + kGuard);
}

void Tasks::ReleaseJoined() {
  std::erase_if(tasks_, [this](const auto& task) {
    if (task->number == 0 || !task->finished || !(task->joined || task->detached)) return false;
    if (task.get() == current_) return false;
    Release(*task);
    return true;
  });
}

ClientThread* Tasks::Find(int number) {
  for (const auto& task : tasks_) {
    if (task->number == number) return task.get();
  }
  return nullptr;
}

ClientThread* Tasks::FindThread(pthread_t thread) {
  for (const auto& task : tasks_) {
    if (pthread_equal(task->thread, thread) != 0 && !task->joined) return task.get();
  }
  return nullptr;
}

}  // namespace cmapsim
