#include "conformance/explain.h"

#include <algorithm>

#include "conformance/clause.h"
#include "sim/core/words.h"

namespace cmapsim {
namespace {

constexpr size_t kWidth = 100;

// `text` in lines of at most kWidth characters, each behind so many spaces.
std::string Wrapped(std::string_view text, size_t indent = 2) {
  std::string out;
  std::string line(indent, ' ');
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.size() > indent && line.size() + 1 + word.size() > kWidth) {
      out += line + "\n";
      line.assign(indent, ' ');
    }
    if (line.size() > indent) line += ' ';
    line += word;
  }
  return out + line + "\n";
}

std::string Head(const Clause& clause) {
  std::string out = clause.id + "\n";
  if (!clause.page.empty()) out += "page: " + clause.page + "\n";
  out += "place: " + clause.place + "\n";
  if (!clause.sentence.empty()) out += "sentence: " + clause.sentence + "\n";
  out += "level: " + std::string(ClauseLevelName(clause.level)) + "\n\n";
  return out + Wrapped(clause.text);
}

// The function and the code of an error clause; null for other clauses.
const ErrorPair* PairOf(const Clause& clause, const std::vector<ErrorPair>& pairs) {
  const auto at = std::find_if(pairs.begin(), pairs.end(), [&clause](const ErrorPair& pair) {
    return pair.clause != nullptr && pair.clause->id == clause.id;
  });
  return at == pairs.end() ? nullptr : &*at;
}

std::string Exercised(const Clause& clause, const std::vector<Property>& properties) {
  std::string out;
  for (const Property& property : properties) {
    const auto& ids = property.clauses;
    if (std::find(ids.begin(), ids.end(), clause.id) == ids.end()) continue;
    out += "  " + property.name + ": " + property.sentence + "\n";
  }
  return out.empty() ? "" : "\nproperties that exercise it:\n" + out;
}

// The plans by which a function comes to return a code, or why there is none.
std::string Witnessed(const ErrorPair& pair) {
  if (pair.witnesses.empty())
    return "\nno plan can make the function return it:\n" + Wrapped(pair.reason);
  std::string out = "\nplans that show it:\n";
  for (const ErrorWitness& witness : pair.witnesses) {
    out += "  " + witness.path;
    if (!witness.IsOf(Transport::kShm)) out += " (socket only)";
    if (!witness.IsOf(Transport::kSocket)) out += " (shm only)";
    out += "\n" + Wrapped(witness.means, 4);
  }
  return out;
}

// What tests a clause that nothing exercises itself; empty for other clauses.
std::string JudgedOtherwise(const Clause& clause, const ClauseKnowledge& knowledge) {
  if (!clause.not_judged.empty()) return "\nnot judged:\n" + Wrapped(clause.not_judged);
  if (!clause.offered.empty()) {
    return "\njudged by whether the library has " + clause.offered + ", and a case called it\n";
  }
  std::string out;
  for (const std::string& id : clause.judged_as) {
    const Clause& base = *ClauseRegister::Get().Find(id);
    out += "\njudged as: " + id + "\n" + Wrapped(base.text) + Exercised(base, knowledge.properties);
  }
  return out;
}

// What tests the clause.
std::string Tested(const Clause& clause, const ClauseKnowledge& knowledge) {
  std::string out = JudgedOtherwise(clause, knowledge) + Exercised(clause, knowledge.properties);
  if (const ErrorPair* pair = PairOf(clause, knowledge.pairs)) out += Witnessed(*pair);
  if (clause.id == "undocumented.dispatch_errno") {
    out +=
        "\nevery errno in every mode: fixtures/expectations/dispatch_matrix_corosync_3_1_7.csv\n";
  }
  return out.empty() ? "\nno property exercises it yet\n" : out;
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += ", or ";
    out += text;
  }
  return out;
}

std::string Known(const Clause& clause, const Expectations& expectations) {
  std::string out;
  for (const Expectation& e : expectations.list) {
    if (e.clause != clause.id) continue;
    out += "\n" + expectations.target;
    if (!e.versions.empty()) out += " " + Joined(e.versions);
    if (!e.situation.empty()) out += ", " + e.situation;
    out += ": " + Joined(e.accept) + "\n" + Wrapped(e.reason) + "  evidence: " + e.evidence + "\n";
    std::string places;
    for (const std::string& place : e.shows) places += (places.empty() ? "" : ", ") + place;
    if (!places.empty()) out += "  shows: " + places + "\n";
  }
  return out;
}

std::string Unknown(std::string_view id) {
  std::vector<std::string_view> ids;
  for (const Clause& clause : ClauseRegister::Get().clauses()) ids.push_back(clause.id);
  std::string message = "there is no clause \"" + std::string(id) + "\"";
  if (const auto near = NearestWord(id, ids))
    message += "; did you mean \"" + std::string(*near) + "\"?";
  const auto below = ClauseRegister::Get().Match(std::string(id) + ".*");
  if (!below.empty()) message += "\nthere are:";
  for (const Clause* clause : below) message += "\n  " + clause->id;
  return message;
}

}  // namespace

tl::expected<std::string, std::string> ExplainClause(std::string_view id,
                                                     const ClauseKnowledge& knowledge) {
  const Clause* clause = ClauseRegister::Get().Find(id);
  if (clause == nullptr) return tl::unexpected(Unknown(id));
  return Head(*clause) + Tested(*clause, knowledge) + Known(*clause, knowledge.expectations);
}

std::string ListClauses(std::string_view glob) {
  std::vector<const Clause*> found = ClauseRegister::Get().Match(glob);
  if (found.empty()) found = ClauseRegister::Get().Match(std::string(glob) + ".*");
  std::string out;
  for (const Clause* clause : found) {
    out += clause->id + ", " + std::string(ClauseLevelName(clause->level)) + "\n" +
           Wrapped(clause->text);
  }
  return out;
}

}  // namespace cmapsim
