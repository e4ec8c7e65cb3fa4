// The clause register: every promise of the manual pages as one clause, restated in our own words.
//
//   const ClauseRegister& r = ClauseRegister::Get();
//   const Clause* c = r.Find("cmap_dispatch.one");
//   for (const Clause* c : r.Match("cmap_dispatch.*")) ...
//
// Ids are "<page>.<topic>", deeper where a page lists things:
// "cmap_dispatch.errors.CS_ERR_TRY_AGAIN". Those of the header are "cmap.h.<topic>". The register is the files clauses/*.yaml, compiled in.
//
// Most clauses are exercised by properties or by the plans of the error codes. Of the others each says in
// one of three fields how it comes to its verdict:
//   judged_as: [cmap_set.stores]     # it promises what these promise: whoever breaks it breaks one of them
//   offered: cmap_set                # it says that there is such a function
//   not_judged: 'Advice to programs' # no run can show whether it is kept, and why
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/embedded.h"

namespace cmapsim {

enum class ClauseLevel {
  kMust,          // the page promises it
  kShould,        // the page recommends it, or promises it vaguely
  kUndocumented,  // no page says anything; what corosync does is recorded as an expectation
};
[[nodiscard]] std::string_view ClauseLevelName(ClauseLevel level);

struct Clause {
  std::string id;
  std::string page;   // "cmap_dispatch(3)"; "corosync/cmap.h"; empty for undocumented
  std::string place;  // section and where in it: "DESCRIPTION, CS_DISPATCH_ONE"
  std::string
      sentence;  // its first and last words, to find it: "Dispatch at least ... is dispatched."
  std::string sha256;  // of the sentence, normalised (see manual_page.h); empty for undocumented
  ClauseLevel level = ClauseLevel::kMust;
  std::string text;                    // in our own words
  std::vector<std::string> judged_as;  // clauses that are exercised themselves
  std::string offered;                 // a function
  std::string not_judged;              // the reason
};

class ClauseRegister {
 public:
  [[nodiscard]] static const ClauseRegister& Get();
  [[nodiscard]] const Clause* Find(std::string_view id) const;
  // Clauses whose id fits a shell glob (* and ?), in the register's order.
  [[nodiscard]] std::vector<const Clause*> Match(std::string_view glob) const;
  [[nodiscard]] const std::vector<Clause>& clauses() const { return clauses_; }

  // Reads files of clauses. The error is what is wrong with them.
  [[nodiscard]] static tl::expected<ClauseRegister, std::string> Load(
      const std::vector<EmbeddedText>& files);

 private:
  ClauseRegister() = default;
  std::vector<Clause> clauses_;
};

// The one of `missing` that the clause is about: "cmap_set" of "cmap_set.returns", "cmap_set_int8" of
// "cmap_set.shortcuts.int8" and of "cmap.h.cmap_set_int8.declared". Empty: none of them.
[[nodiscard]] std::string_view LackingFunction(const std::vector<std::string>& missing,
                                               std::string_view clause);
// Whether a case that was judged by `clause` has called `function`.
[[nodiscard]] bool ShowsCallOf(std::string_view function, std::string_view clause);

}  // namespace cmapsim
