#include "conformance/oracle/service_model.h"

#include <algorithm>

namespace cmapsim {

ServiceModel::ServiceModel(const Plan& plan) {
  for (const Fault& fault : plan.faults) {
    if (fault.from != 0 || fault.one_in != 0) continue;  // not followed: see after_fault.h
    if (fault.kind == FaultKind::kServiceProcessKill ||
        fault.kind == FaultKind::kServiceProcessStop) {
      strikes_.push_back({fault.kind, fault.nth});
    }
  }
}

void ServiceModel::Die() {
  if (!dead_) ++epoch_;
  dead_ = true;
  perhaps_dead_ = false;
  stopped_ = false;
}

void ServiceModel::Carried(ServiceAction action) {
  switch (action) {
    case ServiceAction::kKill:
      return Die();
    case ServiceAction::kStop:
      stopped_ = !dead_;
      return;
    case ServiceAction::kContinue:
      stopped_ = false;
      return;
    case ServiceAction::kStart:
      if (perhaps_dead_) ++epoch_;
      dead_ = perhaps_dead_ = stopped_ = false;
      return;
  }
}

void ServiceModel::UnderWay(ServiceAction action, int32_t delta) {
  if (action == ServiceAction::kKill) kills_under_way_ += delta;
  if (action == ServiceAction::kStop) stops_under_way_ += delta;
}

void ServiceModel::Request(bool surely) {
  if (dead_) return;
  requests_max_ += 1;
  if (surely) requests_min_ += 1;
  for (Strike& strike : strikes_) {
    if (strike.done || requests_max_ < strike.nth) continue;
    const bool certain = surely && (strike.nth == 0 || requests_min_ >= strike.nth);
    if (certain && strike.nth != 0) strike.done = true;
    if (strike.kind == FaultKind::kServiceProcessStop) {
      stopped_ = true;
    } else if (certain) {
      Die();
      return;
    } else {
      perhaps_dead_ = true;
    }
  }
}

void ServiceModel::Answered() {
  if (dead_) return;
  perhaps_dead_ = false;
  // A strike that the count allowed has not come yet, so that fewer requests went out.
  for (const Strike& strike : strikes_) {
    if (strike.kind == FaultKind::kServiceProcessKill && !strike.done && strike.nth > 0) {
      requests_max_ = std::min(requests_max_, strike.nth - 1);
    }
  }
  requests_min_ = std::min(requests_min_, requests_max_);
}

void ServiceModel::FoundDead() {
  if (!PerhapsDead()) return;
  for (Strike& strike : strikes_) {
    if (strike.kind != FaultKind::kServiceProcessKill || strike.done) continue;
    if (strike.nth > 0) strike.done = true;
    break;
  }
  Die();
}

}  // namespace cmapsim
