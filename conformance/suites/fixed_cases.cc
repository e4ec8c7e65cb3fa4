#include "conformance/suites/fixed_cases.h"

#include <fnmatch.h>

#include <iterator>
#include <utility>
#include <vector>

#include "conformance/suites/dispatch_errnos.h"
#include "conformance/suites/errors.h"

namespace cmapsim {
namespace {

constexpr char kDispatchErrors[] = "cmap_dispatch.errors.CS_ERR_INTERRUPT";

bool Fits(const std::string& glob, const char* clause) {
  return fnmatch(glob.c_str(), clause, 0) == 0;
}

}  // namespace

bool AsksForErrorCodes(const std::string& clause_glob) {
  return clause_glob.find(".errors.") != std::string::npos;
}

tl::expected<FixedCases, std::string> RunFixedCases(Target& target,
                                                    const FixedCaseOptions& options) {
  FixedCases all;
  auto errors = RunErrorCodes(target, options);
  if (!errors) return tl::unexpected(errors.error());
  all.cases = std::move(*errors);
  const bool compare = Fits(options.clause_glob, kDispatchErrnoClause);
  const bool show = AsksForErrorCodes(options.clause_glob)
                        ? Fits(options.clause_glob, kDispatchErrors)
                        : options.clause_glob == kDispatchErrnoClause;
  if (options.live && compare) {
    FixedCase skipped;
    skipped.clause = kDispatchErrnoClause;
    skipped.property = "dispatch-errno";
    skipped.skipped = true;
    skipped.detail = kNeedsFaults;
    all.cases.push_back(std::move(skipped));
  }
  if (options.live || (!compare && !show)) return all;
  auto dispatch = CheckDispatchErrnos(target);
  if (!dispatch) return tl::unexpected(dispatch.error());
  if (compare) {
    std::move(dispatch->cases.begin(), dispatch->cases.end(), std::back_inserter(all.cases));
  }
  if (show) all.tables = std::move(dispatch->tables);
  return all;
}

}  // namespace cmapsim
