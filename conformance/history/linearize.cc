#include "conformance/history/linearize.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace cmapsim {
namespace {

enum class Kind { kRead, kChange, kTracking, kContext, kConnection, kOther };

Kind KindOf(const Operation& operation) {
  const Op op = operation.step->op;
  if (op == Op::kGet || TypeGotBy(op)) return Kind::kRead;
  if (op == Op::kSet || TypeSetBy(op)) return Kind::kChange;
  switch (op) {
    case Op::kDelete:
    case Op::kInc:
    case Op::kDec:
      return Kind::kChange;
    case Op::kTrackAdd:
    case Op::kTrackDelete:
      return Kind::kTracking;
    case Op::kContextSet:
    case Op::kContextGet:
      return Kind::kContext;
    case Op::kFinalize:
      return Kind::kConnection;
    default:
      return Kind::kOther;
  }
}

// Whether their order may be seen.
bool OrderMatters(const Operation& a, const Operation& b) {
  const Kind ka = KindOf(a);
  const Kind kb = KindOf(b);
  if (ka == Kind::kConnection || kb == Kind::kConnection) {
    const bool change = ka == Kind::kChange || kb == Kind::kChange;
    return change || a.connection == b.connection;
  }
  if (ka == Kind::kTracking || kb == Kind::kTracking) {
    const Kind other = ka == Kind::kTracking ? kb : ka;
    return other == Kind::kChange || other == Kind::kTracking;
  }
  if (ka == Kind::kContext && kb == Kind::kContext) return a.connection == b.connection;
  const bool keys =
      (ka == Kind::kRead || ka == Kind::kChange) && (kb == Kind::kRead || kb == Kind::kChange);
  return keys && (ka == Kind::kChange || kb == Kind::kChange) && a.step->key == b.step->key;
}

bool Always(const Operation& /*operation*/) { return true; }

}  // namespace

bool Worlds::Candidate::Has(int32_t operation) const {
  return std::binary_search(done.begin(), done.end(), operation);
}

std::string Worlds::Candidate::Key() const {
  std::string key;
  for (const int32_t operation : done) key += std::to_string(operation) + ",";
  return key + world.Key();
}

Worlds::Worlds(const History& history, int64_t limit) : history_(history), limit_(limit) {
  candidates_.push_back({PossibleWorld(*history.plan), {}});
}

void Worlds::Begin(const Operation& operation) { open_.push_back(operation.index); }

bool Worlds::TakeEffect(PossibleWorld& world, const Operation& operation) const {
  return operation.unknown ? world.CarryOut(operation) : world.Apply(operation);
}

bool Worlds::Return(const Operation& operation) {
  if (gave_up()) return true;
  // It may take effect later, too.
  if (operation.unknown) return true;
  const bool left =
      Try([&](PossibleWorld& world) { return world.Apply(operation); }, operation.index,
          [&](const Operation& other) { return OrderMatters(other, operation); });
  Close(operation.index);
  return left;
}

bool Worlds::Callback(const Moment& callback) {
  if (gave_up()) return true;
  return Try(
      [&](PossibleWorld& world) {
        return world.Take(callback, callback.tracker, history_.operations);
      },
      kNoOperation,
      [](const Operation& other) {
        return KindOf(other) == Kind::kChange || KindOf(other) == Kind::kTracking;
      });
}

bool Worlds::Other(const Operation& operation) {
  if (gave_up()) return true;
  const bool service = operation.step->op == Op::kService;
  return Try([&](PossibleWorld& world) { return world.Apply(operation); }, kNoOperation,
             [&](const Operation& other) { return service || OrderMatters(other, operation); });
}

bool Worlds::Kill() {
  if (gave_up()) return true;
  return Try(
      [](PossibleWorld& world) {
        world.Kill();
        return true;
      },
      kNoOperation, &Always);
}

bool Worlds::Keep(const std::function<bool(const PossibleWorld&)>& holds) {
  if (gave_up()) return true;
  if (!Any(holds)) return false;
  std::erase_if(candidates_, [&](const Candidate& c) { return !holds(c.world); });
  return true;
}

void Worlds::ForEach(const std::function<void(PossibleWorld&)>& change) {
  for (Candidate& candidate : candidates_) change(candidate.world);
}

bool Worlds::Any(const std::function<bool(const PossibleWorld&)>& holds) const {
  return std::any_of(candidates_.begin(), candidates_.end(),
                     [&](const Candidate& c) { return holds(c.world); });
}

std::vector<int32_t> Worlds::Concerned(int32_t operation, const Matters& first) const {
  std::vector<int32_t> concerned;
  std::vector<int32_t> others;
  const auto at = [this](int32_t index) -> const Operation& {
    return history_.operations[static_cast<size_t>(index)];
  };
  for (const int32_t other : open_) {
    if (other == operation) continue;
    (first(at(other)) ? concerned : others).push_back(other);
  }
  for (size_t i = 0; i < concerned.size(); ++i) {
    for (int32_t& other : others) {
      if (other == kNoOperation || !OrderMatters(at(concerned[i]), at(other))) continue;
      concerned.push_back(std::exchange(other, kNoOperation));
    }
  }
  return concerned;
}

bool Worlds::Try(const Step& last, int32_t operation, const Matters& first) {
  const std::vector<int32_t> concerned = Concerned(operation, first);
  std::vector<Candidate> found;
  std::set<std::string> found_keys;
  std::set<std::string> seen;
  std::vector<Candidate> waiting = candidates_;
  while (!waiting.empty()) {
    const Candidate candidate = std::move(waiting.back());
    waiting.pop_back();
    Candidate after = candidate;
    const bool done = operation != kNoOperation && candidate.Has(operation);
    ++work_;
    if (done || last(after.world)) {
      if (done) std::erase(after.done, operation);
      // With nothing else open and one world left, the usual case, there is nothing to compare.
      const bool alone = concerned.empty() && candidates_.size() == 1;
      if (alone || found_keys.insert(after.Key()).second) found.push_back(std::move(after));
    }
    for (const int32_t other : concerned) {
      if (candidate.Has(other)) continue;
      Candidate next = candidate;
      ++work_;
      if (!TakeEffect(next.world, history_.operations[static_cast<size_t>(other)])) continue;
      next.done.insert(std::upper_bound(next.done.begin(), next.done.end(), other), other);
      if (seen.insert(next.Key()).second) waiting.push_back(std::move(next));
    }
    // Of what is gone on without a proof nothing may be said: neither right nor wrong.
    if (gave_up()) return true;
  }
  if (found.empty()) return false;
  candidates_ = std::move(found);
  return true;
}

void Worlds::Close(int32_t operation) {
  std::erase(open_, operation);
  for (Candidate& candidate : candidates_) std::erase(candidate.done, operation);
}

}  // namespace cmapsim
