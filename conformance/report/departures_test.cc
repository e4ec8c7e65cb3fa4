#include "conformance/report/departures.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

constexpr char kFile[] =
    "target: mine\n"
    "expectations:\n"
    "  - {clause: cmap_inc.returns, situation: a bad handle, accept: [CS_OK, an error], versions: "
    "1.2,\n"
    "     reason: It does not look., evidence: fixtures/plans/long.yaml, shows: [shm, socket, live "
    "shm]}\n"
    "  - {clause: cmap_dec.returns, situation: a bad handle, accept: CS_OK, versions: 1.2,\n"
    "     reason: It does not look., evidence: fixtures/plans/short.yaml}\n"
    "  - {clause: undocumented.order.changes, accept: a | b, versions: 1.2,\n"
    "     reason: There is one queue., evidence: fixtures/plans/order.yaml}\n";

std::string Text() {
  const auto expectations = LoadExpectations(kFile, "e.yaml");
  EXPECT_TRUE(expectations.has_value()) << expectations.error();
  return FormatDepartures(*expectations, [](const std::string& path) {
    return path.find("long") == path.npos ? "# Short.\ntransport: socket\n"
                                          : "# Long.\nsteps: many of them\ntransport: shm\n";
  });
}

void Has(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
}

TEST(DeparturesTest, SayTheClauseWhatHappensWhereAndWhy) {
  const std::string text = Text();
  Has(text, "2 departures from clauses, in 1 situations.\n\n### a bad handle\n\n");
  Has(text,
      "- **`cmap_inc.returns`** (cmap_inc(3), RETURN VALUE) promises: CS_OK means success, and "
      "whatever fails returns an error.\n"
      "  mine 1.2 gives one of `CS_OK`, or `an error`: simulated over shm and socket; live over "
      "shm; "
      "[long.yaml](../fixtures/plans/long.yaml).\n");
  Has(text, "\nWhy: It does not look.\n");
}

TEST(DeparturesTest, OfOneSituationHaveTheShortestPlan) {
  const std::string text = Text();
  Has(text, "```yaml\n# Short.\ntransport: socket\n```\n");
  EXPECT_EQ(text.find("# Long."), std::string::npos);
}

TEST(DeparturesTest, WithoutARecordAreOfTheirPlansTransport) {
  Has(Text(),
      "  mine 1.2 gives `CS_OK`: simulated over socket; elsewhere not recorded; [short.yaml]");
}

TEST(DeparturesTest, StandApartFromWhatNoPageSays) {
  const std::string text = Text();
  const size_t silent =
      text.find("## Where the pages are silent\n\n### `undocumented.order.changes`\n");
  ASSERT_NE(silent, std::string::npos) << text;
  EXPECT_EQ(text.find("undocumented."), text.find("undocumented.", silent));
  Has(text,
      "| always | `a \\| b` | There is one queue. | [order.yaml](../fixtures/plans/order.yaml) "
      "|\n");
}

TEST(DeparturesTest, UnderFaultsAreOneRowForEachEntry) {
  const KnownFindings known = {
      {{"waits: f: host.poll.ready IN: *", "It waits.", "fixtures/plans/sweep/waits.yaml"}}};
  Has(FormatUnderFaults(known),
      "\n| `waits: f: host.poll.ready IN: *` | It waits. | "
      "[waits.yaml](../fixtures/plans/sweep/waits.yaml) |\n");
}

}  // namespace
}  // namespace cmapsim
