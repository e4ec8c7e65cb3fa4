// Which clauses a check is asked about, and what it has to look at for them.
//
//   const Asked asked("cmap.h.*");
//   asked.Fits("cmap.h.cmap_get.value")     // its result is asked for
//   asked.Needs("cmap_get.value")           // which another clause that fits is judged as
//   asked.Selects(property.clauses)         // a property that exercises one of them
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmapsim {

class Asked {
 public:
  explicit Asked(std::string glob);

  [[nodiscard]] const std::string& glob() const { return glob_; }
  [[nodiscard]] bool Fits(std::string_view clause) const;
  // It fits, or a clause that fits is judged as it.
  [[nodiscard]] bool Needs(std::string_view clause) const;
  // Whether a property that names these clauses has a say in what is asked.
  [[nodiscard]] bool Selects(const std::vector<std::string>& clauses) const;

 private:
  [[nodiscard]] bool Concerns(const std::string& clause) const;

  std::string glob_;
  std::set<std::string, std::less<>> bases_;
  std::set<std::string, std::less<>> functions_;  // that are to be called
};

}  // namespace cmapsim
