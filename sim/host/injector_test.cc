#include "sim/host/injector.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <memory>
#include <string>

namespace cmapsim {
namespace {

class InjectorTest : public testing::Test {
 protected:
  static constexpr size_t kCapacity = 1 << 20;

  InjectorTest()
      : text_(std::make_unique<char[]>(kCapacity)),
        trace_(&shared_, text_.get(), kCapacity),
        injector_(trace_) {}

  Fault& Add(std::string_view name) {
    Fault& fault = plan_.faults.emplace_back();
    EXPECT_TRUE(ParseFaultName(name, fault)) << name;
    return fault;
  }
  Struck Call(LibcCall call) { return injector_.Count(call) ? injector_.Take(call, 7) : Struck(); }
  // Which of `count` calls fail, as "..x.".
  std::string Failures(LibcCall call, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += Call(call).error != 0 ? 'x' : '.';
    return out;
  }

  SharedState shared_{};
  std::unique_ptr<char[]> text_;
  TraceWriter trace_;
  Plan plan_;
  Injector injector_;
};

TEST_F(InjectorTest, StrikesTheNthTheRestOrEveryOne) {
  Fault& fault = Add("host.poll.errno");
  fault.number = EINTR;
  fault.nth = 3;
  injector_.Begin(plan_);
  EXPECT_EQ(Failures(LibcCall::poll, 5), "..x..");
  plan_.faults[0].from = 3;
  injector_.Begin(plan_);
  EXPECT_EQ(Failures(LibcCall::poll, 5), "..xxx");
  plan_.faults[0].from = 0;
  plan_.faults[0].nth = 0;
  injector_.Begin(plan_);
  EXPECT_EQ(Failures(LibcCall::poll, 3), "xxx");
}

TEST_F(InjectorTest, CountsEveryCallForItself) {
  Add("host.recv.errno").number = EAGAIN;
  plan_.faults[0].nth = 2;
  injector_.Begin(plan_);
  EXPECT_EQ(Failures(LibcCall::poll, 3), "...");
  EXPECT_EQ(Failures(LibcCall::recv, 3), ".x.");
  EXPECT_EQ(injector_.count(LibcCall::poll), 3);
  EXPECT_EQ(injector_.calls(), 6);
  EXPECT_EQ(injector_.strikes()[0], 1);
}

TEST_F(InjectorTest, SaysInTheTraceWhichFaultStruckAndWhen) {
  Add("service.reply.drop");
  Add("host.poll.errno").number = EINTR;
  plan_.faults[1].nth = 2;
  injector_.Begin(plan_);
  (void)Failures(LibcCall::poll, 3);
  EXPECT_EQ(trace_.text(), "7 * 1 host.poll.errno nth=2\n");
}

TEST_F(InjectorTest, DrawsChancesFromTheSeedAndFromNothingElse) {
  Add("host.poll.errno").number = EINTR;
  plan_.faults[0].one_in = 3;
  plan_.seed = 5;
  injector_.Begin(plan_);
  const std::string first = Failures(LibcCall::poll, 60);
  EXPECT_NE(first.find('x'), std::string::npos);
  EXPECT_NE(first.find('.'), std::string::npos);
  injector_.Begin(plan_);
  EXPECT_EQ(Failures(LibcCall::poll, 60), first);
  // A fault that is added behind draws from a sequence of its own.
  Add("host.recv.errno").number = EINTR;
  plan_.faults[1].one_in = 2;
  injector_.Begin(plan_);
  std::string again;
  for (int i = 0; i < 60; ++i) {
    again += Call(LibcCall::poll).error != 0 ? 'x' : '.';
    (void)Call(LibcCall::recv);
  }
  EXPECT_EQ(again, first);
  plan_.seed = 6;
  injector_.Begin(plan_);
  EXPECT_NE(Failures(LibcCall::poll, 60), first);
}

TEST_F(InjectorTest, ASignalWithoutACallCountsAllCalls) {
  Add("host.signal").number = SIGUSR1;
  plan_.faults[0].nth = 3;
  injector_.Begin(plan_);
  EXPECT_EQ(Call(LibcCall::poll).signal, 0);
  EXPECT_EQ(Call(LibcCall::recv).signal, 0);
  EXPECT_EQ(Call(LibcCall::poll).signal, SIGUSR1);
  plan_.faults[0].call = LibcCall::recv;
  plan_.faults[0].nth = 1;
  injector_.Begin(plan_);
  EXPECT_EQ(Call(LibcCall::poll).signal, 0);
  EXPECT_EQ(Call(LibcCall::recv).signal, SIGUSR1);
}

TEST_F(InjectorTest, ClocksAreCountedTogether) {
  Add("host.clock.jump").delay_ns = -kHour;
  plan_.faults[0].nth = 3;
  injector_.Begin(plan_);
  EXPECT_EQ(Call(LibcCall::clock_gettime).jump_ns, 0);
  EXPECT_EQ(Call(LibcCall::time).jump_ns, 0);
  EXPECT_EQ(Call(LibcCall::poll).jump_ns, 0);
  EXPECT_EQ(Call(LibcCall::gettimeofday).jump_ns, -kHour);
}

TEST_F(InjectorTest, SeveralFaultsOfOneCallStrikeTogether) {
  Add("host.recv.delay").delay_ns = kSecond;
  Add("host.recv.short").size = 3;
  Add("host.recv.errno").number = EINTR;
  Add("host.recv.errno").number = EAGAIN;
  injector_.Begin(plan_);
  const Struck struck = Call(LibcCall::recv);
  EXPECT_EQ(struck.delay_ns, kSecond);
  EXPECT_EQ(struck.most, 3);
  EXPECT_EQ(struck.error, EINTR);  // the first in the plan
}

TEST_F(InjectorTest, TheServicesFaultsStrikeTheirOwnOccurrences) {
  Add("service.reply.drop").nth = 2;
  injector_.Begin(plan_);
  EXPECT_EQ(injector_.Strike(FaultKind::kServiceReplyDrop, 1, 0), nullptr);
  EXPECT_EQ(injector_.Strike(FaultKind::kServiceReplyDuplicate, 2, 0), nullptr);
  EXPECT_EQ(injector_.Strike(FaultKind::kServiceReplyDrop, 2, 0), &plan_.faults[0]);
}

}  // namespace
}  // namespace cmapsim
