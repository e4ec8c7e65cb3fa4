#include "conformance/report/json.h"

#include <nlohmann/json.hpp>

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
  return {{"clause", result.clause},
          {"property", result.property},
          {"verdict", VerdictName(result.verdict)},
          {"compatible", VerdictName(result.compatible)},
          {"cases", result.cases},
          {"detail", std::move(detail)},
          {"plan", result.plan.empty() ? Json() : Json(result.plan)}};
}

Json JsonOf(const VerdictCounts& counts) {
  Json object = Json::object();
  for (const Verdict verdict : kAllVerdicts) {
    object[std::string(VerdictName(verdict))] = counts[verdict];
  }
  return object;
}

Json JsonOf(const TargetReport& report) {
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
          {"cases", report.cases},
          {"cases_left_out", report.cases_left_out},
          {"trouble", report.trouble.empty() ? Json() : Json(report.trouble)},
          {"results", std::move(results)},
          {"counts", JsonOf(documented)},
          {"compatible_counts", JsonOf(compatible)},
          {"wall",
           {{"search_ms", report.search_time.count()}, {"shrink_ms", report.shrink_time.count()}}}};
}

}  // namespace

std::string FormatJson(const std::vector<TargetReport>& reports) {
  Json array = Json::array();
  for (const TargetReport& report : reports) array.push_back(JsonOf(report));
  // Bytes that are no UTF-8, in a path say, must not spoil a report.
  return array.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cmapsim
