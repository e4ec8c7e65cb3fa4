// How time moves while client code works: by its readings of clocks (VirtualHost::PassReading).
//
//   clock: {reading: 1ns}      a plan's option
//
// Each reading moves virtual time by that, before it is taken. What becomes due on the way happens at its own
// instant, and a task whose deadline comes has its turn then. So a timer that wants now > expiry fires, and two
// readings differ.
//
// Who waits by reading the clock over and over would need more readings than anybody wants to wait for. So readings
// move time further, the longer nothing happens; counts decide it, so that it is the same in each run:
// - After 1,000 calls without an event each 100 more double the step, up to one second. A busy wait of ten milliseconds
//   takes some 2,700 calls and ends at most a hundredth late, and one of an hour takes 7,500. One that comes to no
//   end is a livelock after kIdleCallsMax. libqb's main loop waits in whole milliseconds and then so for what is left.
// - Who makes requests without ever waiting has events all the time. There the step grows with the calls since time last
//   moved by waiting: after n times 10,000 of them it is n * n + 1 times as long.
#include <algorithm>

#include "sim/host/virtual_host.h"

namespace cmapsim {
namespace {

constexpr uint64_t kExactCalls = 1'000;
constexpr uint64_t kCallsOfADoubling = 100;
constexpr uint64_t kBusyCalls = 10'000;
constexpr Nanos kLongestStep = kSecond;

}  // namespace

Nanos VirtualHost::ReadingStep() const {
  const uint64_t busy = still_calls_ / kBusyCalls;
  auto step = static_cast<uint64_t>(reading_ns_) * (busy * busy + 1);
  if (idle_calls_ > kExactCalls && step < kLongestStep) {
    const uint64_t doublings = (idle_calls_ - kExactCalls) / kCallsOfADoubling;
    // Both factors are below 2^30.
    step <<= std::min<uint64_t>(doublings, 30);
  }
  return std::clamp<Nanos>(static_cast<Nanos>(step), reading_ns_, kLongestStep);
}

// One that waits must not oversleep because of another that reads clocks.
void VirtualHost::MoveByReading() {
  const Nanos from_ns = now_ns_;
  Nanos to_ns = now_ns_ + ReadingStep();
  bool wakes = false;
  if (tasks_.several()) {
    for (const auto& task : tasks_.all()) {
      if (task->finished || task->waiting == nullptr) continue;
      const Nanos deadline_ns = task->waiting->deadline_ns;
      if (deadline_ns <= now_ns_ || deadline_ns > to_ns) continue;
      to_ns = deadline_ns;
      wakes = true;
    }
  }
  const auto next_ns = scheduler_.NextTime();
  const bool happens = next_ns && *next_ns <= to_ns;
  if (happens) {
    wakes = wakes && *next_ns == to_ns;
    to_ns = std::max(*next_ns, now_ns_);
  }
  MoveTo(to_ns);
  worked_ns_ += to_ns - from_ns;
  if (happens) {
    still_calls_ = 0;
    HappenDue();
  }
  if (happens || wakes) Yield();
}

void VirtualHost::EndAtUntil() {
  if (program_ != nullptr) program_->TimePasses(until_ns_ - now_ns_);
  now_ns_ = until_ns_;
  shared_->now_ns.store(now_ns_, std::memory_order_relaxed);
  End(EndingKind::kUntil, {});
}

}  // namespace cmapsim
