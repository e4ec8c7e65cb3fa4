#include "conformance/report/departures.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "conformance/clause.h"

namespace cmapsim {
namespace {

using Group = std::vector<const Expectation*>;

bool IsDeparture(const Expectation& e) {
  const Clause* clause = ClauseRegister::Get().Find(e.clause);
  return clause != nullptr && clause->level != ClauseLevel::kUndocumented;
}

// Departures of one situation and reason, in the order of their first ones.
std::vector<Group> Groups(const Expectations& expectations) {
  std::vector<Group> groups;
  for (const Expectation& e : expectations.list) {
    if (!IsDeparture(e)) continue;
    const auto at = std::find_if(groups.begin(), groups.end(), [&e](const Group& group) {
      return group[0]->situation == e.situation && group[0]->reason == e.reason;
    });
    if (at == groups.end()) {
      groups.push_back({&e});
    } else {
      at->push_back(&e);
    }
  }
  return groups;
}

std::string Joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += between;
    out += text;
  }
  return out;
}

std::string Outcomes(const Expectation& e) { return "`" + Joined(e.accept, "`, or `") + "`"; }

std::string LinkTo(const std::string& plan) {
  return "[" + plan.substr(plan.rfind('/') + 1) + "](../" + plan + ")";
}

// "simulated over shm and socket; live over shm". Without a record: as the plan says by itself.
std::string Places(const Expectation& e, const std::string& plan) {
  std::string simulated;
  std::string live;
  for (const std::string& place : e.shows) {
    const bool is_live = place.starts_with("live ");
    std::string& list = is_live ? live : simulated;
    list += (list.empty() ? "" : " and ") + place.substr(is_live ? 5 : 0);
  }
  if (e.shows.empty()) simulated = plan.find("\ntransport: socket") == plan.npos ? "shm" : "socket";
  std::string out;
  if (!simulated.empty()) out = "simulated over " + simulated;
  if (!live.empty()) out += (out.empty() ? "" : "; ") + ("live over " + live);
  if (e.shows.empty()) out += "; elsewhere not recorded";
  return out;
}

// Of so many plans for one thing the one with the shortest text, the first of equals.
const Expectation* Shortest(const Group& group, const ReadPlanText& read) {
  return *std::min_element(group.begin(), group.end(), [&](const auto* a, const auto* b) {
    return read(a->evidence).size() < read(b->evidence).size();
  });
}

std::string Promise(const Expectation& e) {
  const Clause& clause = *ClauseRegister::Get().Find(e.clause);
  return "- **`" + clause.id + "`** (" + clause.page + ", " + clause.place +
         ") promises: " + clause.text + "\n";
}

std::string Section(const Expectations& all, const Group& group, const ReadPlanText& read) {
  const Expectation& first = *group[0];
  std::string out = "### " + (group.size() == 1 ? "`" + first.clause + "`: " : "") +
                    (first.situation.empty() ? "always" : first.situation) + "\n\n";
  for (const Expectation* e : group) {
    const std::string plan = read(e->evidence);
    out += Promise(*e) + "  " + all.target + " " + Joined(e->versions, ", ") +
           (e->accept.size() > 1 ? " gives one of " : " gives ") + Outcomes(*e) + ": " +
           Places(*e, plan) + "; " + LinkTo(e->evidence) + ".\n";
  }
  const Expectation* shortest = Shortest(group, read);
  return out + "\nWhy: " + first.reason + "\n\n```yaml\n" + read(shortest->evidence) + "```\n\n";
}

// A table's cell.
std::string Cell(std::string text) {
  for (size_t at = 0; (at = text.find('|', at)) != text.npos; at += 2) text.insert(at, "\\");
  return text;
}

std::string Silences(const Expectations& all) {
  std::string out;
  for (const Clause& clause : ClauseRegister::Get().clauses()) {
    std::string rows;
    for (const Expectation& e : all.list) {
      if (e.clause != clause.id || IsDeparture(e)) continue;
      rows += "| " + Cell(e.situation.empty() ? "always" : e.situation) + " | " +
              Cell(Outcomes(e)) + " | " + Cell(e.reason) + " | " + LinkTo(e.evidence) + " |\n";
    }
    if (rows.empty()) continue;
    out += "### `" + clause.id + "`\n\n" + clause.text + " (" + clause.place +
           ")\n\n| situation | what happens | why | plan |\n|---|---|---|---|\n" + rows + "\n";
  }
  return out;
}

}  // namespace

std::string FormatUnderFaults(const KnownFindings& known) {
  std::string out =
      "\n## Under faults\n\nWhat one fault of the client's host makes of it that no fault excuses, "
      "as `cmapsim sweep` "
      "finds it: what, in which\nfunction, by which fault, over which transport; * stands for any. "
      "Simulated, except "
      "where [observed.md](observed.md) says more.\n\n| finding | why | plan |\n|---|---|---|\n";
  for (const KnownFinding& finding : known.list) {
    out += "| `" + Cell(finding.signature) + "` | " + Cell(finding.reason) + " | " +
           LinkTo(finding.evidence) + " |\n";
  }
  return out;
}

std::string FormatDepartures(const Expectations& expectations, const ReadPlanText& read) {
  const std::vector<Group> groups = Groups(expectations);
  size_t count = 0;
  for (const Group& group : groups) count += group.size();
  std::string out =
      "<!-- Made by `bazel run //docs:departures` from the expectations: edit those. -->\n"
      "# Departures\n\nWhat " +
      expectations.target +
      " does other than its manual pages promise, as the clauses restate them, and, below, what it "
      "does where they\n"
      "say nothing. Each entry is an expectation with a plan that shows it; tests run every one of "
      "these plans. A plan is\n"
      "run again by `cmapsim replay`, a clause is told by `cmapsim explain`.\n\n## Where it "
      "departs\n\n" +
      std::to_string(count) + " departures from clauses, in " + std::to_string(groups.size()) +
      " situations.\n\n";
  for (const Group& group : groups) out += Section(expectations, group, read);
  out += "## Where the pages are silent\n\n" + Silences(expectations);
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace cmapsim
