#include "conformance/oracle/service_model.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

Plan WithFault(FaultKind kind, int64_t nth) {
  Plan plan;
  Fault& fault = plan.faults.emplace_back();
  fault.kind = kind;
  fault.nth = nth;
  return plan;
}

TEST(ServiceModelTest, ItDiesAtExactlyTheRequest) {
  const Plan plan = WithFault(FaultKind::kServiceProcessKill, 2);
  ServiceModel service(plan);
  service.Request(true);
  EXPECT_FALSE(service.PerhapsDead());
  service.Request(true);
  EXPECT_TRUE(service.SurelyDead());
  EXPECT_EQ(service.epoch(), 1);
}

TEST(ServiceModelTest, WhereACallMayAskItPerhapsDies) {
  const Plan plan = WithFault(FaultKind::kServiceProcessKill, 2);
  ServiceModel service(plan);
  service.Request(false);
  service.Request(true);
  EXPECT_TRUE(service.PerhapsDead());
  EXPECT_FALSE(service.SurelyDead());
  service.Answered();
  EXPECT_FALSE(service.PerhapsDead()) << "the uncertain call did not ask";
  service.Request(true);
  EXPECT_TRUE(service.SurelyDead());
}

TEST(ServiceModelTest, AnErrorProvesTheDeath) {
  const Plan plan = WithFault(FaultKind::kServiceProcessKill, 1);
  ServiceModel service(plan);
  service.Request(false);
  EXPECT_FALSE(service.SurelyDead());
  service.FoundDead();
  EXPECT_TRUE(service.SurelyDead());
}

TEST(ServiceModelTest, EveryOneKillsTheFirst) {
  const Plan plan = WithFault(FaultKind::kServiceProcessKill, 0);
  ServiceModel service(plan);
  service.Request(true);
  EXPECT_TRUE(service.SurelyDead());
}

TEST(ServiceModelTest, StepsStopContinueKillAndStart) {
  const Plan plan;
  ServiceModel service(plan);
  service.Carried(ServiceAction::kStop);
  EXPECT_TRUE(service.PerhapsStopped());
  service.Carried(ServiceAction::kContinue);
  EXPECT_FALSE(service.PerhapsStopped());
  service.Carried(ServiceAction::kKill);
  EXPECT_TRUE(service.SurelyDead());
  service.Carried(ServiceAction::kStart);
  EXPECT_FALSE(service.PerhapsDead());
  EXPECT_EQ(service.epoch(), 1) << "connections from before stay broken";
}

TEST(ServiceModelTest, AKillUnderWayMayHaveHappened) {
  const Plan plan;
  ServiceModel service(plan);
  service.UnderWay(ServiceAction::kKill, 1);
  EXPECT_TRUE(service.PerhapsDead());
  EXPECT_FALSE(service.SurelyDead());
  service.UnderWay(ServiceAction::kKill, -1);
  EXPECT_FALSE(service.PerhapsDead());
}

TEST(ServiceModelTest, AStopFaultStopsAtItsRequest) {
  const Plan plan = WithFault(FaultKind::kServiceProcessStop, 1);
  ServiceModel service(plan);
  EXPECT_FALSE(service.PerhapsStopped());
  service.Request(true);
  EXPECT_TRUE(service.PerhapsStopped());
  EXPECT_FALSE(service.PerhapsDead());
}

}  // namespace
}  // namespace cmapsim
