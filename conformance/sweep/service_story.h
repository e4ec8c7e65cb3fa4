// What became of the service in a run: when it was there, and when it was stopped or dead.
//
//   const ServiceStory story(steps, faults, run);
//   story.At(i) == ServiceStory::State::kUp     // when event i of the run was written
//   story.AtEnd()
//   story.connections_at_death()                // how many died with it
//
// Where a service comes back by itself, it is taken to be away until after that instant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "conformance/sweep/run_record.h"
#include "sim/core/plan.h"

namespace cmapsim {

class ServiceStory {
 public:
  enum class State : uint8_t { kUp, kStopped, kDead };

  ServiceStory(std::span<const Step* const> steps, std::span<const Fault> faults,
               const RunRecord& run);

  [[nodiscard]] State At(size_t event) const { return states_[event]; }
  [[nodiscard]] State AtEnd() const { return states_.empty() ? State::kUp : states_.back(); }
  // Connections that were open, or being opened, whenever it died.
  [[nodiscard]] int64_t connections_at_death() const { return connections_at_death_; }

 private:
  std::vector<State> states_;  // by event, after it
  int64_t connections_at_death_ = 0;
};

}  // namespace cmapsim
