// Whether the service runs, as far as plan and trace tell.
//
//   ServiceModel service(plan);
//   service.Carried(ServiceAction::kKill);     // an "@" line says so
//   service.Request();                         // a call went out that the service answers
//   service.SurelyDead(), service.PerhapsDead()
//
// Faults that strike at the nth request leave no line of the API level. Calls that a library may
// refuse by itself or ask the service about make the count a range, and what strikes within it is
// "perhaps" until an answer tells.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/plan.h"

namespace cmapsim {

class ServiceModel {
 public:
  explicit ServiceModel(const Plan& plan);

  // A step of the service was carried out.
  void Carried(ServiceAction action);
  // A step of the service is under way and may be carried out at any time (live), or not any more.
  void UnderWay(ServiceAction action, int32_t delta);

  // Client code calls a function that asks the service; `surely`: no library could answer by
  // itself.
  void Request(bool surely);
  // The last request was answered by the service: it had not died.
  void Answered();
  // The last request came back with the error of a broken connection.
  void FoundDead();

  [[nodiscard]] bool SurelyDead() const { return dead_; }
  [[nodiscard]] bool PerhapsDead() const { return dead_ || perhaps_dead_ || kills_under_way_ > 0; }
  [[nodiscard]] bool PerhapsStopped() const { return stopped_ || stops_under_way_ > 0; }
  // Counts deaths: connections of an earlier epoch are broken.
  [[nodiscard]] int32_t epoch() const { return epoch_; }

 private:
  struct Strike {
    FaultKind kind;
    int64_t nth;
    bool done = false;
  };
  void Die();

  std::vector<Strike> strikes_;
  int64_t requests_min_ = 0;
  int64_t requests_max_ = 0;
  bool dead_ = false;
  bool perhaps_dead_ = false;
  bool stopped_ = false;
  int32_t kills_under_way_ = 0;
  int32_t stops_under_way_ = 0;
  int32_t epoch_ = 0;
};

}  // namespace cmapsim
