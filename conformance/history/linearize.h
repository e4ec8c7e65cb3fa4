// Which worlds a history may have come to so far: the search for an order of its operations that
// explains all that was seen.
//
//   Worlds worlds(history);
//   worlds.Begin(set);                      // at its call: from now on it may take effect
//   if (!worlds.Return(set)) ...            // at its return: no order explains its result
//   worlds.Callback(moment)                 // likewise
//   worlds.work()                           // how many worlds were looked at
//
// As of Wing and Gong, done line by line: an operation takes effect at one instant between its call
// and its return, and only when a line is reached that something must have happened before are the
// orders tried out of what is open. Equal worlds that have done the same are one. An operation of which nobody
// knows whether it took effect may do so at any time later, or never.
//
// The search is bounded by kWorkLimit worlds; past it nothing more is said (gave_up).
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "conformance/history/history.h"
#include "conformance/history/world.h"

namespace cmapsim {

inline constexpr int64_t kWorkLimit = 20'000;

class Worlds {
 public:
  explicit Worlds(const History& history, int64_t limit = kWorkLimit);

  void Begin(const Operation& operation);
  // These are false where no world is left; those before are then kept, to tell what was expected.
  [[nodiscard]] bool Return(const Operation& operation);
  [[nodiscard]] bool Callback(const Moment& callback);
  // What another did, at this one line.
  [[nodiscard]] bool Other(const Operation& operation);
  [[nodiscard]] bool Kill();
  // Only those where `holds`.
  [[nodiscard]] bool Keep(const std::function<bool(const PossibleWorld&)>& holds);
  void ForEach(const std::function<void(PossibleWorld&)>& change);
  [[nodiscard]] bool Any(const std::function<bool(const PossibleWorld&)>& holds) const;

  [[nodiscard]] size_t size() const { return candidates_.size(); }
  [[nodiscard]] int64_t work() const { return work_; }
  [[nodiscard]] bool gave_up() const { return work_ > limit_; }

 private:
  struct Candidate {
    PossibleWorld world;
    std::vector<int32_t> done;  // of `open_`, in order: those that took effect
    [[nodiscard]] bool Has(int32_t operation) const;
    [[nodiscard]] std::string Key() const;
  };
  using Step = std::function<bool(PossibleWorld&)>;
  using Matters = std::function<bool(const Operation&)>;

  // Tries every order of what is open before `last`. An operation of its own number counts as `last`
  // where it has taken effect already. `first`: those that the order with `last` matters for; the others
  // may as well wait, but where it matters for one of the first.
  [[nodiscard]] bool Try(const Step& last, int32_t operation, const Matters& first);
  [[nodiscard]] std::vector<int32_t> Concerned(int32_t operation, const Matters& first) const;
  [[nodiscard]] bool TakeEffect(PossibleWorld& world, const Operation& operation) const;
  void Close(int32_t operation);

  const History& history_;
  int64_t limit_;
  int64_t work_ = 0;
  std::vector<Candidate> candidates_;
  std::vector<int32_t> open_;  // by number: may take effect
};

}  // namespace cmapsim
