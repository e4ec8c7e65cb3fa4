#include "conformance/sweep/points.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <tuple>

#include "sim/core/text.h"
#include "sim/core/time.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

// One byte, and less than any message.
constexpr std::array<int64_t, 2> kShortSizes = {1, 16};
constexpr std::array<int, 6> kRevents = {POLLIN,   POLLHUP,          POLLERR,
                                         POLLNVAL, POLLIN | POLLHUP, POLLOUT};
// With which a server of libqb refuses a client.
constexpr std::array<int, 9> kRefusals = {EACCES,  EAGAIN, EBADMSG, EINVAL,   EMFILE,
                                          ENOBUFS, ENOMEM, EPERM,   ETIMEDOUT};
// Longer than the two seconds after which libcmap looks around, and shorter than what plans wait for.
constexpr Nanos kDelay = 5 * kSecond;
constexpr Nanos kJump = kHour;
constexpr int kCsErrorMax = 100;

// What fails to allocate says ENOMEM, whatever errno a plan gives it.
bool Allocates(LibcCall call) {
  return call == LibcCall::malloc || call == LibcCall::calloc || call == LibcCall::realloc ||
         call == LibcCall::posix_memalign;
}

int64_t ReadingsOfClocks(const Occurrences& of) {
  int64_t readings = 0;
  for (const LibcCall call : {LibcCall::clock_gettime, LibcCall::gettimeofday, LibcCall::time}) {
    readings += of.calls[static_cast<size_t>(call)];
  }
  return readings;
}

class Lister {
 public:
  explicit Lister(const FaultChoice& choice) : choice_(choice) {}

  void Call(LibcCall call, int64_t nth) {
    fault_ = {};
    fault_.call = call;
    fault_.nth = nth;
    for (const int error : DocumentedErrnos(call)) Number(FaultKind::kHostErrno, error);
    if (choice_.robustness && !Allocates(call)) {
      for (const int error : RobustnessErrnos(call)) Number(FaultKind::kHostErrno, error);
    }
    const CallEffects effects = EffectsOf(call);
    if ((effects & kCanBeShort) != 0) {
      for (const int64_t size : kShortSizes) Size(FaultKind::kHostShort, size);
    }
    if ((effects & kCanEnd) != 0) Number(FaultKind::kHostEnd, 0);
    if ((effects & kReportsReadiness) != 0) {
      for (const int revents : kRevents) Number(FaultKind::kHostReady, revents);
    }
    if (choice_.timing && !Allocates(call)) Time(FaultKind::kHostDelay, kDelay);
  }

  void Clock(int64_t nth) {
    fault_ = {};
    fault_.nth = nth;
    for (const Nanos jump : {kJump, -kJump}) Time(FaultKind::kHostClockJump, jump);
  }

  void Signal(LibcCall call, int64_t nth) {
    fault_ = {};
    fault_.call = call;
    fault_.nth = nth;
    Number(FaultKind::kHostSignal, kSweepSignal);
  }

  void Service(const FaultRow& row, int64_t nth) {
    fault_ = {};
    fault_.nth = nth;
    if (row.Takes(FaultField::kDelay)) fault_.delay_ns = kDelay;
    if (row.Takes(FaultField::kError)) {
      for (int error = 2; error <= kCsErrorMax; ++error) {
        if (CsErrorName(error).starts_with("CS_")) Number(row.kind, error);
      }
    } else if (row.Takes(FaultField::kErrno)) {
      for (const int error : kRefusals) Number(row.kind, error);
    } else if (row.Takes(FaultField::kSize)) {
      for (const int64_t size : {0, 1, 40, 1 << 20}) Size(row.kind, size);
    } else if (row.Takes(FaultField::kNumber)) {
      for (const int64_t size : {-1, 0, 77}) Size(row.kind, size);
    } else {
      Number(row.kind, 0);
    }
  }

  std::vector<Fault> faults;

 private:
  void Number(FaultKind kind, int number) {
    Fault fault = fault_;
    fault.kind = kind;
    fault.number = number;
    faults.push_back(fault);
  }
  void Time(FaultKind kind, Nanos time_ns) {
    Fault fault = fault_;
    fault.kind = kind;
    fault.delay_ns = time_ns;
    faults.push_back(fault);
  }
  void Size(FaultKind kind, int64_t size) {
    Fault fault = fault_;
    fault.kind = kind;
    fault.size = size;
    faults.push_back(fault);
  }

  const FaultChoice& choice_;
  Fault fault_;
};

bool Wanted(const FaultRow& row, const FaultChoice& choice) {
  if (row.OfHost() || !choice.service) return false;
  return row.nature == FaultNature::kPossible || choice.wrong_service;
}

std::string ReventsText(int revents) {
  std::string text;
  for (const auto& [bit, name] :
       {std::pair(POLLIN, "IN"), std::pair(POLLOUT, "OUT"), std::pair(POLLERR, "ERR"),
        std::pair(POLLHUP, "HUP"), std::pair(POLLNVAL, "NVAL")}) {
    if ((revents & bit) != 0) text += (text.empty() ? "" : ",") + std::string(name);
  }
  return text;
}

}  // namespace

std::vector<Fault> FaultsAfter(const Occurrences& after, const Occurrences& until,
                               const FaultChoice& choice) {
  Lister lister(choice);
  for (size_t i = 0; i < kLibcCallCount; ++i) {
    for (int64_t nth = after.calls[i] + 1; nth <= until.calls[i]; ++nth) {
      lister.Call(static_cast<LibcCall>(i), nth);
    }
  }
  for (int64_t nth = ReadingsOfClocks(after) + 1; choice.timing && nth <= ReadingsOfClocks(until);
       ++nth) {
    lister.Clock(nth);
  }
  for (const FaultRow& row : FaultTable()) {
    if (!Wanted(row, choice)) continue;
    const auto kind = static_cast<size_t>(row.kind);
    for (int64_t nth = after.kinds[kind] + 1; nth <= until.kinds[kind]; ++nth) {
      lister.Service(row, nth);
    }
  }
  return std::move(lister.faults);
}

std::vector<Fault> SignalsOf(const Occurrences& until) {
  const FaultChoice choice;
  Lister lister(choice);
  for (size_t i = 0; i < kLibcCallCount; ++i) {
    const auto call = static_cast<LibcCall>(i);
    if (Allocates(call)) continue;
    for (int64_t nth = 1; nth <= until.calls[i]; ++nth) lister.Signal(call, nth);
  }
  return std::move(lister.faults);
}

void PassOver(const Fault& first, Occurrences& after) {
  const bool ends_request = first.kind == FaultKind::kServiceConnectionClose ||
                            first.kind == FaultKind::kServiceProcessKill ||
                            first.kind == FaultKind::kServiceProcessRestart;
  if (!ends_request) return;
  for (const FaultRow& row : FaultTable()) {
    const bool of_request = row.name.starts_with("service.reply.") ||
                            row.name.starts_with("service.process.") ||
                            row.kind == FaultKind::kServiceConnectionClose;
    if (!of_request) continue;
    int64_t& reached = after.kinds[static_cast<size_t>(row.kind)];
    reached = std::max(reached, first.nth);
  }
}

int64_t CountPoints(const std::vector<Fault>& faults) {
  std::set<std::tuple<LibcCall, FaultKind, int64_t>> points;
  for (const Fault& fault : faults) {
    const bool of_call = RowOf(fault.kind).OfCall();
    points.emplace(fault.call, of_call ? FaultKind::kHostErrno : fault.kind, fault.nth);
  }
  return static_cast<int64_t>(points.size());
}

std::string PointClass(const Fault& fault) {
  return RowOf(fault.kind).OfCall() ? std::string(LibcCallName(fault.call)) : FaultName(fault);
}

std::string FaultText(const Fault& fault) {
  const FaultRow& row = RowOf(fault.kind);
  std::string text = FaultName(fault);
  if (row.Takes(FaultField::kErrno)) text += " " + ErrnoName(fault.number);
  if (row.Takes(FaultField::kError)) text += " " + CsErrorName(fault.number);
  if (row.Takes(FaultField::kRevents)) text += " " + ReventsText(fault.number);
  if (row.Takes(FaultField::kSignal)) {
    text += " " + SignalName(fault.number) + " " + std::string(LibcCallName(fault.call));
  }
  if (row.Takes(FaultField::kJump)) text += fault.delay_ns < 0 ? " back" : " forward";
  if (row.Takes(FaultField::kSize) || row.Takes(FaultField::kNumber)) {
    text += ' ';
    AppendNumber(fault.size, text);
  }
  return text;
}

Fault NoFault() {
  Fault fault;
  fault.kind = FaultKind::kServiceReplyDelay;
  fault.nth = INT64_MAX;
  fault.delay_ns = 1;
  return fault;
}

}  // namespace cmapsim
