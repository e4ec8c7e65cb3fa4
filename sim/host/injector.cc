#include "sim/host/injector.h"

namespace cmapsim {
namespace {

// Readings of a clock: what host.clock.jump counts.
bool ReadsClock(LibcCall call) {
  return call == LibcCall::clock_gettime || call == LibcCall::gettimeofday ||
         call == LibcCall::time;
}

// Whether a fault can strike a call at all.
bool Concerns(const Fault& fault, LibcCall call) {
  switch (fault.kind) {
    case FaultKind::kHostSignal:
      return fault.call == LibcCall::kCount || fault.call == call;
    case FaultKind::kHostClockJump:
      return ReadsClock(call);
    default:
      return RowOf(fault.kind).OfCall() && fault.call == call;
  }
}

}  // namespace

void Injector::Begin(const Plan& plan) {
  plan_ = &plan;
  calls_ = 0;
  counts_.fill(0);
  counts_at_strike_.fill(0);
  reached_.fill(0);
  reached_at_strike_.fill(0);
  armed_.fill(false);
  names_.clear();
  chances_.clear();
  strikes_.assign(plan.faults.size(), 0);
  for (size_t i = 0; i < plan.faults.size(); ++i) {
    const Fault& fault = plan.faults[i];
    names_.push_back(FaultName(fault));
    // Each fault draws from a sequence of its own: taking one out of a plan leaves the others as
    // they were.
    chances_.emplace_back(plan.seed ^ Random(i + 1).Next());
    if (!RowOf(fault.kind).OfHost()) continue;
    for (size_t call = 0; call < kLibcCallCount; ++call) {
      if (Concerns(fault, static_cast<LibcCall>(call))) armed_[call] = true;
    }
  }
}

bool Injector::Strikes(size_t index, int64_t occurrence) {
  const Fault& fault = plan_->faults[index];
  if (fault.one_in > 0) {
    return chances_[index].Below(static_cast<uint64_t>(fault.one_in)) == 0;
  }
  return StrikesAt(fault, occurrence);
}

void Injector::Note(size_t index, int64_t occurrence, Nanos now_ns) {
  ++strikes_[index];
  counts_at_strike_ = counts_;
  reached_at_strike_ = reached_;
  trace_.Begin(now_ns, '*')
      .Int(static_cast<int64_t>(index))
      .Word(names_[index])
      .Field("nth", occurrence)
      .End();
}

Struck Injector::Take(LibcCall call, Nanos now_ns) {
  Struck struck;
  for (size_t i = 0; i < plan_->faults.size(); ++i) {
    const Fault& fault = plan_->faults[i];
    if (!RowOf(fault.kind).OfHost() || !Concerns(fault, call)) continue;
    // Clocks are counted together; a signal without a call counts every call.
    int64_t occurrence = count(call);
    if (fault.kind == FaultKind::kHostSignal && fault.call == LibcCall::kCount) occurrence = calls_;
    if (fault.kind == FaultKind::kHostClockJump) {
      occurrence =
          count(LibcCall::clock_gettime) + count(LibcCall::gettimeofday) + count(LibcCall::time);
    }
    if (!Strikes(i, occurrence)) continue;
    Note(i, occurrence, now_ns);
    switch (fault.kind) {
      case FaultKind::kHostErrno:
        if (struck.error == 0) struck.error = fault.number;
        break;
      case FaultKind::kHostDelay:
        struck.delay_ns += fault.delay_ns;
        break;
      case FaultKind::kHostShort:
        struck.most = fault.size;
        break;
      case FaultKind::kHostEnd:
        struck.end = true;
        break;
      case FaultKind::kHostReady:
        struck.ready = true;
        struck.revents = static_cast<short>(fault.number);
        break;
      case FaultKind::kHostSignal:
        struck.signal = fault.number;
        break;
      case FaultKind::kHostClockJump:
        struck.jump_ns += fault.delay_ns;
        break;
      default:
        break;
    }
  }
  return struck;
}

const Fault* Injector::Strike(FaultKind kind, int64_t occurrence, Nanos now_ns) {
  reached_[static_cast<size_t>(kind)] = occurrence;
  for (size_t i = 0; i < plan_->faults.size(); ++i) {
    if (plan_->faults[i].kind != kind || !Strikes(i, occurrence)) continue;
    Note(i, occurrence, now_ns);
    return &plan_->faults[i];
  }
  return nullptr;
}

}  // namespace cmapsim
