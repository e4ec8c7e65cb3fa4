// Faults: the table of what a plan can break, and one fault as a plan states it.
//
// A fault is named layer.operation.effect. It strikes at its `nth` occurrence of the operation,
// counted from 1 over the whole run (0 = at every one), in the order in which the run reaches them.
//
//   faults:
//     - {fault: service.reply.delay, nth: 2, delay: 24h}   # the second reply comes a day late
//     - {fault: service.process.kill, nth: 3}              # dies of the third request, unanswered
//
// Adding a fault = a row here and one site that asks for it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sim/core/time.h"

namespace cmapsim {

// One row per fault: enumerator, name, takes `delay`, one sentence that names the operation
// counted.
// clang-format off
#define CMAPSIM_FAULTS(X) \
  X(kServiceReplyDelay, "service.reply.delay", true, \
    "The reply to the nth request is sent `delay` later; the request takes effect at once.") \
  X(kServiceEventDelay, "service.event.delay", true, \
    "The nth notification, and all behind it on its connection, arrive `delay` later.") \
  X(kServiceAcceptDelay, "service.accept.delay", true, \
    "The nth connection is answered `delay` after it was asked for.") \
  X(kServiceProcessKill, "service.process.kill", false, \
    "The service dies (SIGKILL) when the nth request reaches it, before it is carried out.") \
  X(kServiceProcessStop, "service.process.stop", false, \
    "The service stops (SIGSTOP) when the nth request reaches it, before it is carried out.")
// clang-format on

enum class FaultKind : uint8_t {
#define CMAPSIM_X(enumerator, name, takes_delay, sentence) enumerator,
  CMAPSIM_FAULTS(CMAPSIM_X)
#undef CMAPSIM_X
};

struct FaultRow {
  FaultKind kind;
  std::string_view name;
  bool takes_delay;
  std::string_view sentence;
};
[[nodiscard]] std::span<const FaultRow> FaultTable();
[[nodiscard]] std::optional<FaultKind> ParseFault(std::string_view name);

struct Fault {
  FaultKind kind = FaultKind::kServiceReplyDelay;
  int64_t nth = 1;
  Nanos delay_ns = 0;
  bool operator==(const Fault&) const = default;
};

}  // namespace cmapsim
