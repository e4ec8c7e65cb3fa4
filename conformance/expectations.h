// Expectations: behaviours of one implementation that are known, each with its reason and evidence.
//
//   auto e = LoadExpectations(text, "corosync.yaml");
//   const Expectation* x = e->Find("cmap_dispatch.one", "only events of deleted trackers pending");
//   x->Accepts("CS_ERR_BAD_HANDLE, 0 callbacks")
//
// A file:
//   target: corosync            # words for reports
//   compatible: yes             # no: the target does not claim to behave as corosync
//   version: 3.1.7              # optional: the build under test is of this version
//   expectations:
//     - clause: cmap_dispatch.one
//       situation: only events of deleted trackers pending
//       accept: ["CS_ERR_BAD_HANDLE, 0 callbacks"]   # outcomes genuine releases have shown
//       versions: "3.1.7"       # optional: those where it was observed; there it is required
//       reason: why it departs, in a sentence
//       evidence: fixtures/plans/...yaml
//       shows: [shm, live shm]  # optional: where the evidence was seen to show it
//
// Where the version of the build under test is known and listed, an outcome that is not accepted
// although it conforms is an unexpected pass; for an unknown build every accepted outcome and every
// conforming one is fine.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace cmapsim {

struct Expectation {
  std::string clause;
  std::string situation;
  std::vector<std::string> accept;
  std::vector<std::string> versions;
  std::string reason;
  std::string evidence;
  // "shm", "socket": simulated over that transport; "live shm", "live socket": beside a real daemon.
  std::vector<std::string> shows;
  [[nodiscard]] bool Accepts(std::string_view outcome) const;
};

struct Expectations {
  std::string target;
  bool compatible = true;
  std::string version;
  std::vector<Expectation> list;
  [[nodiscard]] const Expectation* Find(std::string_view clause, std::string_view situation) const;
};

// Mistakes come with file, line and column. Clauses must exist in the register.
[[nodiscard]] tl::expected<Expectations, std::string> LoadExpectations(std::string_view text,
                                                                       std::string_view file_name);
// What corosync 3.1 was observed to do (fixtures/expectations/corosync.yaml, compiled in).
[[nodiscard]] const Expectations& CorosyncExpectations();

}  // namespace cmapsim
