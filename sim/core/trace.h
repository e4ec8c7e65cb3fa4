// A trace: what happened in a run, one line per event, oldest first.
//
// A line is "<virtual time in ns> <mark> <rest>". Marks and what follows them:
//
//   >  <step> <operation> <argument>=<value>...  client code is about to make the call of this step
//   <  <step> <result> <output>=<value>...       the call came back
//   !  <step> <argument>=<value>...              a callback began
//   ~  <step>                                    that callback returned
//                                                (of a signal's handler: ! <step> signal=<name>, with
//                                                the step of the sigaction, and ~ likewise)
//   @  <step> <operation> <result>               a step of the peer or the service was carried out
//   *  <fault> <name> nth=<occurrence>...        a fault of the plan (counted from 0) struck
//   =  <ending> <detail>                         how the run ended; the last line
//   |  <call> ...                                host level: interposed calls, faults, scheduling
//
// Lines of the first four kinds end with task=<number> where it is another task's than the first.
//
// A result is CS_OK, an error's name, or a number without a name. The step of a callback is that of
// the track_add whose user_data came, or ?. Lines marked | are the host level, all others the API
// level, which is the same simulated and live apart from time. Handles (h1, h2, ...), tracker
// handles (k1, ...), iterator handles (i1, ...) and descriptors (fd1, ...) are named by first
// appearance: no address, number drawn at random or process id reaches a trace.
//
//   0 > 3 dispatch connection=0 mode=ONE
//   0 ! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset
//   0 ~ 1
//   0 < 3 CS_OK
//   0 = finished
//
// Outputs: initialize handle=; fd_get fd=; track_add track=; get type= len= and value= where a
// buffer was given; iter_init iter=; iter_next key= type= len=; context_get context=; poll ready=
// (none, or of in,err,hup,nval joined by commas). A callback's event is ADD, DELETE, MODIFY or a
// number; new= and old= are values as AppendTraceValue writes them, "unset" where type, len and
// data are all 0, "unset!data" where only data is not. Keys are written by AppendTraceKey, a null
// pointer is NULL. A word without "=" where a field is expected (the result of @) is a field
// without a name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/time.h"

namespace cmapsim {

enum class EndingKind : uint8_t {
  kFinished,  // every step was carried out
  kDeadlock,  // a call waits for what can never come
  kStall,     // a call waits in slices, up to the plan's horizon
  kLivelock,  // calls without end while virtual time stands still
  kHang,      // no interposed call within the bound of CPU time
  kExit,      // client code ended the process
  kCrash,     // a signal ended the process
  kUntil,     // virtual time came to the bound of the run
  kLimit,     // another bound of the run: the detail says which (trace, output, real-time)
};
[[nodiscard]] std::string_view EndingName(EndingKind kind);
[[nodiscard]] std::optional<EndingKind> ParseEnding(std::string_view name);

enum class TraceLevel : uint8_t { kApi, kHost };

struct TraceField {
  std::string_view name;
  std::string_view value;
};

// One line, taken apart. Views point into the text that was parsed.
struct TraceEvent {
  Nanos at_ns = 0;
  char mark = 0;
  int32_t step = -1;  // -1: "?" or none; of * the fault's index
  // The operation (>, @), the result (<), the fault's name (*), the ending (=); empty for ! and ~.
  std::string_view word;
  // For = one field without a name that holds the rest of the line, if any.
  std::vector<TraceField> fields;

  // The value of a field, or empty.
  [[nodiscard]] std::string_view Field(std::string_view name) const;
};

// The events of a trace, without the host level. Nothing where a line is not a trace line.
[[nodiscard]] std::optional<std::vector<TraceEvent>> ParseTrace(std::string_view trace);

// Which of a plan's faults never struck: their indices, of `faults` in number. Of a text that is no trace, all.
[[nodiscard]] std::vector<size_t> NeverStruck(std::string_view trace, size_t faults);

// The trace without lines of the host level, and with every time as "-": what is compared between
// simulated and live.
[[nodiscard]] std::string ApiTraceWithoutTime(std::string_view trace);

// SHA-256 of the whole text, 64 hexadecimal digits.
[[nodiscard]] std::string TraceDigest(std::string_view trace);

// A key as traces show it: escaped as in text.h, and so without spaces; the key "NULL" as
// \x4eULL, a null pointer being NULL.
inline constexpr std::string_view kTraceNull = "NULL";
void AppendTraceKey(std::string_view key, std::string& out);
// Nothing for NULL, and for what AppendTraceKey does not write.
[[nodiscard]] std::optional<std::string> ParseTraceKey(std::string_view text);

// CS_OK and so on (corosync/corotypes.h); the decimal number where it has no name.
[[nodiscard]] std::string CsErrorName(int64_t error);
[[nodiscard]] std::optional<int> ParseCsError(std::string_view name);

}  // namespace cmapsim
