// Whether a fault made the library do what no fault excuses: a run with faults, judged by the run of
// the same plan without.
//
//   const RunJudge judge(plan, baseline);
//   for (const RunFinding& finding : judge.Judge(faults, run)) ...
//   // {"event lost", "cmap_dispatch ONE", "test.a of step 1 was never told"}
//
// What is looked for, and what excuses it:
//   crash, exit, hang, spins   nothing
//   waits                      a request to a service that is stopped to the end; a dispatch with
//                              nothing left to tell, on a connection that is whole
//   left open: WHAT            the call that would have closed it was the one that failed; of files
//                              and connections, a stopped service; of files, those of connections
//                              that died with the service
//   handle lost                finalize failed, and nothing finalized the connection after it
//   handle kept                a finalized handle is still good for a call
//   event lost, event doubled, events disordered
//                              an error that tells of it (CS_ERR_LIBRARY, CS_ERR_BAD_HANDLE) and after
//                              which nothing works; an end before the queue was seen empty; a change
//                              that failed (told_events.h)
//   wrong value                a value or key, with CS_OK, that was never there
//   stays broken               a later connection fails although the service is there
// What a correct service never does excuses all but crash, exit, hang and spins.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/sweep/run_record.h"
#include "sim/core/plan.h"

namespace cmapsim {

struct RunFinding {
  std::string kind;      // as above
  std::string function;  // "cmap_dispatch ONE": in which it showed, or the fault struck
  std::string detail;    // for a reader; not part of what tells findings apart
};

class RunJudge {
 public:
  // Both stay the caller's, and the text that `baseline` is of.
  RunJudge(const Plan& plan, const RunRecord& baseline);

  [[nodiscard]] std::vector<RunFinding> Judge(std::span<const Fault> faults,
                                              const RunRecord& run) const;

 private:
  friend class RunJudging;
  const RunRecord& baseline_;
  std::vector<const Step*> steps_;
  // By key as a trace shows it: all values that it may have, likewise, and its types and lengths.
  std::map<std::string, std::set<std::string>, std::less<>> values_;
  std::map<std::string, std::set<std::string>, std::less<>> sizes_;
  std::set<std::string, std::less<>> counters_;  // keys that are incremented: any number may come
};

}  // namespace cmapsim
