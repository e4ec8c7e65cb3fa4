#include "conformance/report/json.h"

#include <nlohmann/json.hpp>

#include "conformance/parts.h"
#include "conformance/report/counts.h"

namespace cmapsim {
namespace {

using Json = nlohmann::ordered_json;

Json JsonOf(const TargetInfo& target) {
  return {{"name", target.name},
          {"library", target.library},
          {"sha256", target.library_sha256},
          {"version", target.version},
          {"service", target.service},
          {"transport", target.transport == Transport::kShm ? "shm" : "socket"},
          {"calls_without_row", target.calls_without_row},
          {"not_offered", target.not_offered}};
}

Json JsonOf(const Result& result) {
  std::string detail = result.detail;
  if (!result.reason.empty()) detail += " (known: " + result.reason + ")";
  Json object = {{"clause", result.clause},
                 {"property", result.property},
                 {"verdict", VerdictName(result.verdict)},
                 {"compatible", VerdictName(result.compatible)},
                 {"cases", result.cases},
                 {"detail", std::move(detail)},
                 {"plan", result.plan.empty() ? Json() : Json(result.plan)}};
  const std::vector<std::string>& parts = PartsOf(result.clause);
  if (result.property.empty() || parts.empty()) return object;
  Json counts = Json::object();
  for (size_t i = 0; i < parts.size(); ++i) {
    counts[parts[i]] = i < result.parts.size() ? result.parts[i] : 0;
  }
  object["parts"] = std::move(counts);
  return object;
}

Json JsonOf(const std::vector<Lacking>& lacking) {
  Json array = Json::array();
  for (const Lacking& one : lacking) {
    array.push_back({{"clause", one.clause}, {"cases", one.cases}, {"parts", one.parts}});
  }
  return array;
}

Json JsonOf(const VerdictCounts& counts) {
  Json object = Json::object();
  for (const Verdict verdict : kAllVerdicts) {
    object[std::string(VerdictName(verdict))] = counts[verdict];
  }
  return object;
}

Json JsonOf(const TargetReport& report, const Asking& asking) {
  Json results = Json::array();
  VerdictCounts documented;
  VerdictCounts compatible;
  for (const Result& result : report.results) {
    results.push_back(JsonOf(result));
    ++documented[result.verdict];
    ++compatible[result.compatible];
  }
  return {{"target", JsonOf(report.target)},
          {"seed", report.seed},
          {"outcome", OutcomeOf({report}, asking).line},
          {"lacking", JsonOf(report.lacking)},
          {"cases", report.cases},
          {"cases_steered", report.cases_steered},
          {"cases_left_out", report.cases_left_out},
          {"trouble", report.trouble.empty() ? Json() : Json(report.trouble)},
          {"results", std::move(results)},
          {"counts", JsonOf(documented)},
          {"compatible_counts", JsonOf(compatible)},
          {"wall",
           {{"search_ms", report.search_time.count()}, {"shrink_ms", report.shrink_time.count()}}}};
}

}  // namespace

std::string FormatJson(const std::vector<TargetReport>& reports, const Asking& asking) {
  Json array = Json::array();
  for (const TargetReport& report : reports) array.push_back(JsonOf(report, asking));
  // Bytes that are no UTF-8, in a path say, must not spoil a report.
  return array.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cmapsim
