#include "sim/core/plan_yaml_fault.h"

#include <poll.h>

#include <array>
#include <vector>

#include "sim/core/plan_nodes.h"
#include "sim/core/text.h"
#include "sim/core/trace.h"
#include "sim/core/words.h"

namespace cmapsim {
namespace {

constexpr std::array<std::pair<short, std::string_view>, 5> kRevents = {
    {{POLLIN, "IN"}, {POLLOUT, "OUT"}, {POLLERR, "ERR"}, {POLLHUP, "HUP"}, {POLLNVAL, "NVAL"}}};

// fault, nth, from, one_in, and the fields of a fault in their order.
constexpr size_t kFirstField = 4;

std::span<const std::string_view> FieldNames() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all = {"fault", "nth", "from", "one_in"};
    all.insert(all.end(), FaultFieldNames().begin(), FaultFieldNames().end());
    return all;
  }();
  return names;
}

std::string TakenNames(const FaultRow& row) {
  std::vector<std::string_view> names(FieldNames().begin(), FieldNames().begin() + kFirstField);
  for (size_t i = 0; i < FaultFieldNames().size(); ++i) {
    if (row.Takes(static_cast<FaultField>(i))) names.push_back(FaultFieldNames()[i]);
  }
  return JoinWords(names);
}

int32_t ReadErrno(const YamlNode& node) {
  const std::string_view word = ReadScalar(node, "the name of an errno, such as EINTR");
  const auto error = ParseErrno(word);
  if (!error) FailUnknown(node, "errno", word, ErrnoNames());
  return *error;
}

int32_t ReadRevents(const YamlNode& node) {
  static constexpr std::string_view kWords[] = {"IN", "OUT", "ERR", "HUP", "NVAL"};
  int32_t revents = 0;
  for (const YamlNode& child : ReadList(node, "a list of IN, OUT, ERR, HUP and NVAL")) {
    const std::string_view word = ReadScalar(child, "one of IN, OUT, ERR, HUP and NVAL");
    int32_t bit = 0;
    for (const auto& [mask, name] : kRevents) {
      if (name == word) bit = mask;
    }
    if (bit == 0) FailUnknown(child, "poll event", word, kWords);
    revents |= bit;
  }
  return revents;
}

int32_t ReadError(const YamlNode& node) {
  constexpr std::string_view kExpected = "the name of a CS_ERR_ code, or a number";
  const std::string_view word = ReadScalar(node, kExpected);
  if (const auto number = ParseAnyNumber<int32_t>(word)) return *number;
  const auto error = ParseCsError(word);
  if (!error) FailExpected(node, kExpected);
  return *error;
}

// A duration, or one with a minus before it.
Nanos ReadJump(const YamlNode& node) {
  constexpr std::string_view kExpected =
      "a duration that is not 0, forward or with a minus back, such as -1h";
  std::string_view text = ReadScalar(node, kExpected);
  const bool back = text.starts_with('-');
  if (back) text.remove_prefix(1);
  const auto jump_ns = ParseDuration(text);
  if (!jump_ns || *jump_ns == 0) FailExpected(node, kExpected);
  return back ? -*jump_ns : *jump_ns;
}

void ReadFaultField(FaultField field, const YamlNode& node, Fault& fault) {
  switch (field) {
    case FaultField::kErrno:
      fault.number = ReadErrno(node);
      return;
    case FaultField::kError:
      fault.number = ReadError(node);
      return;
    case FaultField::kRevents:
      fault.number = ReadRevents(node);
      return;
    case FaultField::kSize:
      fault.size = ReadNumber<int64_t>(node, 0, kMaxBufferSize);
      return;
    case FaultField::kNumber:
      fault.size = ReadNumber<int64_t>(node, INT32_MIN, INT32_MAX);
      return;
    case FaultField::kSignal:
      fault.number = ReadSignal(node);
      return;
    case FaultField::kJump:
      fault.delay_ns = ReadJump(node);
      return;
    case FaultField::kDelay:
      fault.delay_ns = ReadDuration(node);
      return;
    case FaultField::kCall: {
      const std::string_view word = ReadScalar(node, "the name of a call, such as poll");
      const auto call = ParseLibcCall(word);
      if (!call) FailUnknown(node, "call", word, LibcCallNames());
      fault.call = *call;
      return;
    }
  }
}

void ReadWhen(const Fields& fields, Fault& fault) {
  const YamlNode* said = nullptr;
  for (size_t i = 1; i < kFirstField; ++i) {
    const YamlNode* node = fields.Value(i);
    if (node == nullptr) continue;
    if (said != nullptr) Fail(*fields.Name(i), "expected only one of nth, from and one_in");
    said = node;
    if (i == 1) fault.nth = ReadNumber<int64_t>(*node, 0);
    if (i == 2) fault.from = ReadNumber<int64_t>(*node, 1);
    if (i == 3) fault.one_in = ReadNumber<int64_t>(*node, 1, 1'000'000'000);
  }
}

void AppendFieldValue(FaultField field, const Fault& fault, std::string& out) {
  switch (field) {
    case FaultField::kErrno:
      out += ErrnoName(fault.number);
      return;
    case FaultField::kError:
      out += CsErrorName(fault.number);
      return;
    case FaultField::kRevents: {
      std::string_view separator;
      out += '[';
      for (const auto& [mask, name] : kRevents) {
        if ((fault.number & mask) == 0) continue;
        out += separator;
        out += name;
        separator = ", ";
      }
      out += ']';
      return;
    }
    case FaultField::kSize:
    case FaultField::kNumber:
      return AppendNumber(fault.size, out);
    case FaultField::kSignal:
      out += SignalName(fault.number);
      return;
    case FaultField::kJump:
      out += (fault.delay_ns < 0 ? "-" : "") +
             FormatDuration(fault.delay_ns < 0 ? -fault.delay_ns : fault.delay_ns);
      return;
    case FaultField::kDelay:
      out += FormatDuration(fault.delay_ns);
      return;
    case FaultField::kCall:
      out += LibcCallName(fault.call);
      return;
  }
}

}  // namespace

Fault ReadFault(const YamlNode& node) {
  const Fields fields(node, FieldNames(), "a fault");
  const YamlNode& name = fields.Needed(0);
  Fault fault;
  if (!ParseFaultName(ReadScalar(name, "the name of a fault"), fault)) {
    FailUnknown(name, "fault", name.text, FaultNames());
  }
  const FaultRow& row = RowOf(fault.kind);
  ReadWhen(fields, fault);
  for (size_t i = 0; i < FaultFieldNames().size(); ++i) {
    const auto field = static_cast<FaultField>(i);
    const size_t index = kFirstField + i;
    if (!row.Takes(field)) {
      if (fields.Name(index) == nullptr) continue;
      Fail(*fields.Name(index), name.text + " takes no field " + Quoted(FaultFieldNames()[i]) +
                                    "; expected one of " + TakenNames(row));
    }
    if (field == FaultField::kCall && fields.Value(index) == nullptr) continue;
    ReadFaultField(field, fields.Needed(index), fault);
  }
  return fault;
}

// {fault: host.poll.errno, nth: 2, errno: EINTR}
void AppendFault(const Fault& fault, std::string& out) {
  const FaultRow& row = RowOf(fault.kind);
  out += "{fault: " + FaultName(fault);
  if (fault.from > 0) {
    out += ", from: ";
    AppendNumber(fault.from, out);
  } else if (fault.one_in > 0) {
    out += ", one_in: ";
    AppendNumber(fault.one_in, out);
  } else {
    out += ", nth: ";
    AppendNumber(fault.nth, out);
  }
  for (size_t i = 0; i < FaultFieldNames().size(); ++i) {
    const auto field = static_cast<FaultField>(i);
    if (!row.Takes(field)) continue;
    if (field == FaultField::kCall && fault.call == LibcCall::kCount) continue;
    out += ", ";
    out += FaultFieldNames()[i];
    out += ": ";
    AppendFieldValue(field, fault, out);
  }
  out += '}';
}

}  // namespace cmapsim
