// Tasks: threads of client code, of which one runs at a time.
//
//   Tasks tasks;
//   tasks.Begin();                                  // whoever calls it is task 0
//   Task& other = *tasks.Create(1, [] { ... });     // waits for its first turn
//   tasks.SwitchTo(other);                          // comes back when somebody gives the turn back
//   tasks.EndOthers();                              // by task 0: the others end without running any code of theirs
//
// Each is a real thread with a stack of its own, so that errno, thread_local and stacks are what
// client code expects. A thread runs only while it has the turn, so that whatever the kernel's
// scheduler does, the order of things is the caller's. Who is next is decided elsewhere
// (virtual_host_tasks.cc). A run that ends leaves each task's frames by longjmp.
#pragma once

#include <pthread.h>
#include <semaphore.h>

#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/time.h"

namespace cmapsim {

// How a wait ended.
enum class Woken : uint8_t {
  kReady,        // what was waited for is there
  kTimeout,      // the deadline came first
  kInterrupted,  // a signal's handler ran (signal(7))
};

// What a signal's handler does to a call that waits.
enum class OnSignal : uint8_t {
  kResume,     // the waiting goes on
  kRestart,    // it goes on where the handler was set with SA_RESTART
  kInterrupt,  // it ends
};

// What a task waits for. Lives on the stack of the task.
struct Waiting {
  const char* what;
  Nanos deadline_ns;
  bool (*holds)(void* condition);
  void* condition;
  OnSignal on_signal;
  bool planned;  // the plan asked for this very deadline: no stall
};

// A destructor of a thread_local object.
struct LocalDestructor {
  void (*run)(void*);
  void* object;
};

struct ClientThread {
  int number = 0;
  std::function<void()> body;
  const Waiting* waiting = nullptr;  // null: it can go on
  bool finished = false;
  bool left = false;  // a program's first thread after pthread_exit: it waits for the others' end
  bool joined = false;
  bool detached = false;
  void* result = nullptr;  // of a program's thread

  // Signals, bit n-1 for signal n.
  uint64_t blocked_signals = 0;
  uint64_t pending_signals = 0;

  // The parts of what it writes or reads, in one piece (descriptor_calls.h).
  std::string gathered;

  // Thread-specific data.
  std::vector<void*> values;  // by key
  std::vector<LocalDestructor> destructors;

  pthread_t thread{};
  std::jmp_buf
      base;  // set where a run can be left to: by the owner of task 0, and at a thread's begin

 private:
  friend class Tasks;
  class Tasks* tasks = nullptr;
  sem_t turn;
  bool leave = false;
  char* stack = nullptr;
};

class Tasks {
 public:
  static constexpr size_t kStackSize = size_t{8} << 20;  // cmap_dispatch keeps 1 MiB there

  Tasks();
  ~Tasks();
  Tasks(const Tasks&) = delete;
  Tasks& operator=(const Tasks&) = delete;

  // What a thread does when its body is done, before it gives its turn away for good: returns who is
  // next. Called with the turn.
  void OnFinish(std::function<ClientThread&(ClientThread&)> choose) { choose_ = std::move(choose); }

  void Begin();
  // Null where the machine has no more threads.
  ClientThread* Create(int number, std::function<void()> body);
  void SwitchTo(ClientThread& next);
  // Leaves the run from whatever task: task 0 goes to its base.
  [[noreturn]] void Leave();
  void EndOthers();

  [[nodiscard]] ClientThread& current() { return *current_; }
  [[nodiscard]] ClientThread& first() { return *tasks_.front(); }
  // Whether there is any that has not finished but the current one.
  [[nodiscard]] bool several() const { return alive_ > 1; }
  [[nodiscard]] ClientThread* Find(int number);
  [[nodiscard]] ClientThread* FindThread(pthread_t thread);
  // By number.
  [[nodiscard]] const std::vector<std::unique_ptr<ClientThread>>& all() const { return tasks_; }
  void NoteFinished(ClientThread& task);

 private:
  static void* ThreadMain(void* argument);
  void Finish(ClientThread& me);
  void Release(ClientThread& task);
  void ReleaseJoined();

  std::vector<std::unique_ptr<ClientThread>> tasks_;
  ClientThread* current_ = nullptr;
  int alive_ = 1;
  std::function<ClientThread&(ClientThread&)> choose_;
};

}  // namespace cmapsim
