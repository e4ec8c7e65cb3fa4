#include "conformance/asked.h"

#include <fnmatch.h>

#include <algorithm>
#include <utility>

#include "conformance/clause.h"

namespace cmapsim {

Asked::Asked(std::string glob) : glob_(std::move(glob)) {
  for (const Clause& clause : ClauseRegister::Get().clauses()) {
    if (!Fits(clause.id)) continue;
    bases_.insert(clause.judged_as.begin(), clause.judged_as.end());
    if (!clause.offered.empty()) functions_.insert(clause.offered);
  }
}

bool Asked::Fits(std::string_view clause) const {
  return fnmatch(glob_.c_str(), std::string(clause).c_str(), 0) == 0;
}

bool Asked::Needs(std::string_view clause) const { return Fits(clause) || bases_.contains(clause); }

bool Asked::Selects(const std::vector<std::string>& clauses) const {
  return std::any_of(clauses.begin(), clauses.end(),
                     [this](const std::string& clause) { return Concerns(clause); });
}

// It is needed, or what is needed is a part of it, as "cmap_dispatch.one_nonblocking.try_again" is of
// "cmap_dispatch.one_nonblocking": what a part says is judged in every situation of the whole. Or it
// shows a call of a function that is asked about.
bool Asked::Concerns(const std::string& clause) const {
  if (Needs(clause)) return true;
  const std::string below = clause + ".";
  const std::vector<Clause>& all = ClauseRegister::Get().clauses();
  return std::any_of(
             all.begin(), all.end(),
             [&](const Clause& part) { return part.id.starts_with(below) && Needs(part.id); }) ||
         std::any_of(functions_.begin(), functions_.end(),
                     [&](const std::string& function) { return ShowsCallOf(function, clause); });
}

}  // namespace cmapsim
