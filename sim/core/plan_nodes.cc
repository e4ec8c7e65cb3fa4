#include "sim/core/plan_nodes.h"

#include <algorithm>

#include "sim/core/words.h"

namespace cmapsim {
namespace {

constexpr std::string_view kDurationHelp =
    "a whole number and one of ns us ms s m h d, such as 250us";

// poll(2) takes an int of milliseconds.
constexpr Nanos kLongestPoll = Nanos{0x7fffffff} * kMillisecond;

constexpr std::string_view kBools[] = {"false", "true"};
constexpr std::string_view kActors[] = {"client", "peer"};
constexpr std::string_view kTransports[] = {"shm", "socket"};
constexpr std::string_view kMaps[] = {"ICMAP", "STATS"};
constexpr std::string_view kModes[] = {"ONE", "ALL", "BLOCKING", "ONE_NONBLOCKING"};  // from 1
constexpr std::string_view kTrackBits[] = {"delete", "modify", "add", "prefix"};

std::string Describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "null";
    case YamlNode::Kind::kScalar:
      return Quoted(node.text);
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
  }
  return {};
}

std::optional<size_t> FindWord(std::string_view word, std::span<const std::string_view> words) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<size_t>(found - words.begin());
}

// The index in `words` of what stands here.
size_t ReadWord(const YamlNode& node, std::string_view what,
                std::span<const std::string_view> words) {
  const std::string_view word = ReadScalar(node, JoinWords(words));
  const auto index = FindWord(word, words);
  if (!index) FailUnknown(node, what, word, words);
  return *index;
}

// One of `words`, which stand for numbers from `first` on, or any number.
int32_t ReadWordOrNumber(const YamlNode& node, std::string_view what, int32_t first,
                         std::span<const std::string_view> words) {
  const std::string_view word = ReadScalar(node, JoinWords(words) + " or a number");
  if (const auto number = ParseAnyNumber<int32_t>(word)) return *number;
  return first + static_cast<int32_t>(ReadWord(node, what, words));
}

}  // namespace

void Fail(const YamlNode& node, std::string message) {
  throw Mistake{node.line, node.column, std::move(message)};
}

void FailUnknown(const YamlNode& node, std::string_view what, std::string_view word,
                 std::span<const std::string_view> known) {
  Fail(node, "unknown " + std::string(what) + " " + Quoted(word) + "; " + Suggestion(word, known));
}

void FailExpected(const YamlNode& node, std::string_view expected) {
  Fail(node, Describe(node) + " is out of place; expected " + std::string(expected));
}

std::string_view ReadScalar(const YamlNode& node, std::string_view expected) {
  if (node.kind != YamlNode::Kind::kScalar) FailExpected(node, expected);
  return node.text;
}

const std::vector<YamlNode>& ReadList(const YamlNode& node, std::string_view expected) {
  if (node.kind != YamlNode::Kind::kList) FailExpected(node, expected);
  return node.children;
}

bool ReadBool(const YamlNode& node) { return ReadWord(node, "truth", kBools) == 1; }

bool ReadNull(const YamlNode& node) {
  if (!IsNull(node)) FailExpected(node, "null, the only thing to say here");
  return true;
}

Nanos ReadDuration(const YamlNode& node) {
  const auto duration_ns = ParseDuration(ReadScalar(node, kDurationHelp));
  if (!duration_ns) FailExpected(node, kDurationHelp);
  return *duration_ns;
}

std::string ReadKey(const YamlNode& node) {
  auto key = Unescape(ReadScalar(node, "a key"));
  if (!key) FailExpected(node, "a key whose backslashes begin \\xNN (\\x5c is a backslash)");
  if (key->find('\0') != key->npos) FailExpected(node, "a key without zero bytes");
  if (key->size() > kMaxKeySize) {
    FailExpected(node, "a key of at most " + std::to_string(kMaxKeySize) + " bytes");
  }
  return *std::move(key);
}

int32_t ReadSlot(const YamlNode& node) { return ReadNumber<int32_t>(node, 0, kMaxSlot); }

int32_t ReadTrack(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::kScalar) {
    if (const auto number = ParseAnyNumber<int32_t>(node.text)) return *number;
  }
  int32_t mask = 0;
  for (const YamlNode& child :
       ReadList(node, "a list of " + JoinWords(kTrackBits) + ", or a number")) {
    const int32_t bit = 1 << ReadWord(child, "event", kTrackBits);
    if (mask & bit) Fail(child, Quoted(child.text) + " stands here twice; expected it once");
    mask |= bit;
  }
  return mask;
}

int32_t ReadMode(const YamlNode& node) {
  return ReadWordOrNumber(node, "mode", kDispatchOne, kModes);
}

int32_t ReadMap(const YamlNode& node) { return ReadWordOrNumber(node, "map", 0, kMaps); }

Nanos ReadTimeout(const YamlNode& node) {
  constexpr std::string_view kExpected = "forever, or whole milliseconds up to 2147483647ms";
  const std::string_view text = ReadScalar(node, kExpected);
  if (text == "forever") return -1;
  const auto timeout_ns = ParseDuration(text);
  if (!timeout_ns || *timeout_ns % kMillisecond != 0 || *timeout_ns > kLongestPoll) {
    FailExpected(node, kExpected);
  }
  return *timeout_ns;
}

Transport ReadTransport(const YamlNode& node) {
  return static_cast<Transport>(ReadWord(node, "transport", kTransports));
}

ServiceAction ReadAction(const YamlNode& node) {
  return static_cast<ServiceAction>(ReadWord(node, "action", ServiceActionNames()));
}

Actor ReadActor(const YamlNode& node) {
  return static_cast<Actor>(ReadWord(node, "actor", kActors));
}

int32_t ReadSignal(const YamlNode& node) {
  const std::string_view word = ReadScalar(node, "the name of a signal, such as SIGUSR1");
  const auto signal = ParseSignal(word);
  if (!signal) FailUnknown(node, "signal", word, SignalNames());
  return *signal;
}

Fields::Fields(const YamlNode& map, std::span<const std::string_view> names, std::string_view what)
    : map_(map), names_(names), found_(names.size()) {
  if (map.kind != YamlNode::Kind::kMap) {
    FailExpected(map, std::string(what) + ", a map of " + JoinWords(names));
  }
  for (size_t i = 0; i < map.children.size(); i += 2) Add(map.children[i], map.children[i + 1]);
}

void Fields::Add(const YamlNode& name, const YamlNode& value) {
  const std::string_view word = ReadScalar(name, "the name of a field");
  const auto index = FindWord(word, names_);
  if (!index) FailUnknown(name, "field", word, names_);
  if (Name(*index) != nullptr) {
    Fail(name, "the field " + Quoted(word) + " stands here twice; expected it once");
  }
  found_[*index] = {&name, &value};
}

const YamlNode& Fields::Needed(size_t index) const {
  if (Value(index) == nullptr) {
    Fail(map_, "the field " + Quoted(names_[index]) + " is missing; expected it in this map");
  }
  return *Value(index);
}

}  // namespace cmapsim
