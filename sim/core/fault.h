// Faults: the table of what a plan can break, and one fault as a plan states it.
//
// A fault is named layer.operation.effect; where the operation is a call of the C library, the name
// of the call stands in the fault's. Which of the operation's occurrences it strikes is said by one
// of `nth` (from 1 over the whole run; 0 = every one), `from` (that one and all after it) and
// `one_in` (each with a chance of one in so many, drawn from the plan's seed). Occurrences are
// counted in the order in which the run reaches them.
//
//   faults:
//     - {fault: host.poll.errno, errno: EINTR, nth: 2}     # the second poll is interrupted
//     - {fault: host.send.errno, errno: EAGAIN, from: 3}
//     - {fault: host.malloc.errno, errno: ENOMEM, one_in: 20}
//     - {fault: host.recv.short, size: 3, nth: 1}
//     - {fault: host.signal, signal: SIGUSR1, call: poll, nth: 2}
//     - {fault: service.reply.delay, nth: 2, delay: 24h}   # the second reply comes a day late
//     - {fault: service.reply.error, error: CS_ERR_BUSY, nth: 1}
//     - {fault: service.process.kill, nth: 3}              # dies of the third request, unanswered
//
// Adding a fault = a row in fault_table.inc and one site that asks for it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/core/host_calls.h"
#include "sim/core/time.h"

namespace cmapsim {

enum class FaultKind : uint8_t {
#define CMAPSIM_FAULT(enumerator, name, nature, fields, sentence) enumerator,
#include "sim/core/fault_table.inc"
#undef CMAPSIM_FAULT
};

inline constexpr size_t kFaultKindCount = 0
#define CMAPSIM_FAULT(enumerator, name, nature, fields, sentence) +1
#include "sim/core/fault_table.inc"
#undef CMAPSIM_FAULT
    ;

// What a fault says beside when it strikes. One row per field: enumerator, name.
// clang-format off
#define CMAPSIM_FAULT_FIELDS(X)  \
  X(kErrno,    "errno")          \
  X(kError,    "error")          \
  X(kRevents,  "revents")        \
  X(kSize,     "size")           \
  X(kNumber,   "number")         \
  X(kSignal,   "signal")         \
  X(kJump,     "jump")           \
  X(kDelay,    "delay")          \
  X(kCall,     "call")
// clang-format on

enum class FaultField : uint8_t {
#define CMAPSIM_X(enumerator, name) enumerator,
  CMAPSIM_FAULT_FIELDS(CMAPSIM_X)
#undef CMAPSIM_X
};
[[nodiscard]] std::span<const std::string_view> FaultFieldNames();

using FaultFieldSet = uint16_t;
[[nodiscard]] constexpr FaultFieldSet Bit(FaultField field) {
  return static_cast<FaultFieldSet>(1U << static_cast<unsigned>(field));
}

// Whether a fault can happen to a client of a correct service on a correct kernel.
enum class FaultNature : uint8_t {
  kPossible,  // slow, interrupted, out of memory, dead
  kNever,     // what a correct service never does: reordering, garbage, wrong lengths
};

struct FaultRow {
  FaultKind kind;
  std::string_view name;  // with "*" for the name of a call
  FaultNature nature;
  FaultFieldSet fields;  // all of them needed, but for kCall of host.signal
  std::string_view sentence;

  [[nodiscard]] bool Takes(FaultField field) const { return (fields & Bit(field)) != 0; }
  // Of the client's side: it can be injected beside a real service too.
  [[nodiscard]] bool OfHost() const { return name.starts_with("host."); }
  // Whether the name holds that of a call.
  [[nodiscard]] bool OfCall() const { return name.find('*') != name.npos; }
};
[[nodiscard]] std::span<const FaultRow> FaultTable();
[[nodiscard]] inline const FaultRow& RowOf(FaultKind kind) {
  return FaultTable()[static_cast<size_t>(kind)];
}

struct Fault {
  FaultKind kind = FaultKind::kServiceReplyDelay;
  // Of which call: for rows that are OfCall, and host.signal with `call`.
  LibcCall call = LibcCall::kCount;

  // When: nth, unless one of the other two is not 0.
  int64_t nth = 1;
  int64_t from = 0;
  int64_t one_in = 0;

  int32_t number = 0;  // errno, cs_error_t, revents (bits of poll(2)) or signal
  int64_t size = 0;    // bytes; or the number of a wrong id
  Nanos delay_ns = 0;  // or by how much a clock jumps, which may be negative

  bool operator==(const Fault&) const = default;
};

// Whether it strikes at this occurrence, counted from 1; without regard to one_in.
[[nodiscard]] inline bool StrikesAt(const Fault& fault, int64_t occurrence) {
  if (fault.from > 0) return occurrence >= fault.from;
  return fault.nth == 0 || fault.nth == occurrence;
}

// "host.poll.errno".
[[nodiscard]] std::string FaultName(const Fault& fault);
// Sets kind and call; false where there is no such fault, or the call cannot be broken so.
[[nodiscard]] bool ParseFaultName(std::string_view name, Fault& fault);
// All names, one for each call where a row stands for several.
[[nodiscard]] std::span<const std::string_view> FaultNames();
// The row of a name with or without its call; null where there is none.
[[nodiscard]] const FaultRow* FindFaultRow(std::string_view name);

}  // namespace cmapsim
