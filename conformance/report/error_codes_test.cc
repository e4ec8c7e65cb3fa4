#include "conformance/report/error_codes.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

Result Of(const std::string& function, const std::string& code, Verdict verdict,
          const std::string& detail = {}, const std::string& plan = {}) {
  return {.clause = function + ".errors." + code,
          .property = "errors/" + function + "/" + code,
          .verdict = verdict,
          .compatible = verdict,
          .cases = 1,
          .detail = detail,
          .plan = plan};
}

const std::vector<Result>& Results() {
  static const std::vector<Result> results = {
      Of("cmap_get", "CS_ERR_TRY_AGAIN", Verdict::kPass, "No room.", "a.yaml"),
      Of("cmap_get", "CS_ERR_LIBRARY", Verdict::kPass, "Dead.", "b.yaml"),
      Of("cmap_get", "CS_ERR_LIBRARY/closed", Verdict::kFail, "expected it", "c.yaml"),
      Of("cmap_get", "CS_ERR_NOT_EXIST", Verdict::kExpectedFail, "expected it", "d.yaml"),
      Of("cmap_finalize", "CS_ERR_TRY_AGAIN", Verdict::kNotReached, "It asks nobody."),
      Of("cmap_finalize", "CS_ERR_LIBRARY", Verdict::kNotReached, "It asks nobody."),
      {.clause = "cmap_get.returns", .property = "dispatch/one", .verdict = Verdict::kPass},
  };
  return results;
}

TEST(ErrorCodesTable, HasOneRowForEachFunctionAndOneColumnForEachCode) {
  EXPECT_EQ(FormatErrorCodes(Results(), {}),
            "                      TRY_AGAIN      LIBRARY\n"
            "  cmap_get            witnessed      departs\n"
            "  cmap_finalize       not reached    not reached\n"
            "\n"
            "                      NOT_EXIST\n"
            "  cmap_get            departs\n"
            "\n"
            "  pairs of function and error code: 1 witnessed, 2 not reached, 2 departs of 5\n");
}

TEST(ErrorCodesTable, TellsEachPlanAndEachReasonOnce) {
  const std::string text = FormatErrorCodes(Results(), {.details = true});
  EXPECT_NE(text.find("  cmap_get            TRY_AGAIN      witnessed: No room.\n"
                      "                                     plan: a.yaml\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("  not reached: cmap_finalize: TRY_AGAIN LIBRARY\n    It asks nobody.\n"),
            std::string::npos)
      << text;
}

TEST(ErrorCodesTable, IsEmptyWithoutErrorCodes) {
  EXPECT_EQ(FormatErrorCodes({Results().back()}, {.details = true}), "");
}

}  // namespace
}  // namespace cmapsim
