// The clause register: every promise of the manual pages as one clause, restated in our own words.
//
//   const ClauseRegister& r = ClauseRegister::Get();
//   const Clause* c = r.Find("cmap_dispatch.one");
//   for (const Clause* c : r.Match("cmap_dispatch.*")) ...
//
// Ids are "<page>.<topic>", deeper where a page lists things:
// "cmap_dispatch.errors.CS_ERR_TRY_AGAIN". Those of the header are "cmap.h.<topic>". The register is the files clauses/*.yaml, compiled in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

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
  std::string text;  // in our own words
};

class ClauseRegister {
 public:
  [[nodiscard]] static const ClauseRegister& Get();
  [[nodiscard]] const Clause* Find(std::string_view id) const;
  // Clauses whose id fits a shell glob (* and ?), in the register's order.
  [[nodiscard]] std::vector<const Clause*> Match(std::string_view glob) const;
  [[nodiscard]] const std::vector<Clause>& clauses() const { return clauses_; }

 private:
  ClauseRegister();
  std::vector<Clause> clauses_;
};

}  // namespace cmapsim
