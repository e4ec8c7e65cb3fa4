#include "conformance/report/c_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "sim/core/trace.h"

namespace cmapsim {
namespace {

constexpr size_t kLongestLiteral = 64 << 10;
constexpr Nanos kLongestSleep = 60 * kSecond;

constexpr std::string_view kHead = R"(
#include <corosync/cmap.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void said(int step, const char *call, cs_error_t result) {
  printf("%d %s: ", step, call);
  switch (result) {
    case CS_OK: printf("CS_OK"); break;
    case CS_ERR_LIBRARY: printf("CS_ERR_LIBRARY"); break;
    case CS_ERR_TRY_AGAIN: printf("CS_ERR_TRY_AGAIN"); break;
    case CS_ERR_INVALID_PARAM: printf("CS_ERR_INVALID_PARAM"); break;
    case CS_ERR_NO_MEMORY: printf("CS_ERR_NO_MEMORY"); break;
    case CS_ERR_BAD_HANDLE: printf("CS_ERR_BAD_HANDLE"); break;
    case CS_ERR_BUSY: printf("CS_ERR_BUSY"); break;
    case CS_ERR_ACCESS: printf("CS_ERR_ACCESS"); break;
    case CS_ERR_NOT_EXIST: printf("CS_ERR_NOT_EXIST"); break;
    case CS_ERR_NAME_TOO_LONG: printf("CS_ERR_NAME_TOO_LONG"); break;
    case CS_ERR_EXIST: printf("CS_ERR_EXIST"); break;
    case CS_ERR_NO_SPACE: printf("CS_ERR_NO_SPACE"); break;
    case CS_ERR_INTERRUPT: printf("CS_ERR_INTERRUPT"); break;
    case CS_ERR_NO_RESOURCES: printf("CS_ERR_NO_RESOURCES"); break;
    case CS_ERR_NOT_SUPPORTED: printf("CS_ERR_NOT_SUPPORTED"); break;
    case CS_ERR_MESSAGE_ERROR: printf("CS_ERR_MESSAGE_ERROR"); break;
    case CS_ERR_NO_SECTIONS: printf("CS_ERR_NO_SECTIONS"); break;
    default: printf("%d", (int)result); break;
  }
  printf("\n");
}
)";

// As a C string between quotation marks. Octal, for a hexadecimal escape has no end.
std::string Literal(std::string_view bytes) {
  std::string text = "\"";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\' || c == '?') {
      text += std::string("\\") + c;
    } else if (byte < 0x20 || byte > 0x7E) {
      text += fmt::format("\\{:03o}", byte);
    } else {
      text += c;
    }
  }
  return text + "\"";
}

std::string KeyOf(const Step& step) { return step.key ? Literal(*step.key) : "NULL"; }

std::string TypeOf(ValueType type) {
  std::string name(ValueTypeName(type));
  if (type == ValueType::kUnset || name.empty()) {
    return fmt::format("(cmap_value_types_t){}", static_cast<int>(type));
  }
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return "CMAP_VALUETYPE_" + name;
}

bool IsFloating(ValueType type) { return type == ValueType::kFloat || type == ValueType::kDouble; }
bool IsInteger(ValueType type) { return FixedValueSize(type) > 0 && !IsFloating(type); }

// "UINT8_C(7)" and its kin are in no header for what is signed and smallest: written as they are read.
std::string NumberOf(const Value& value) {
  const std::string text = FormatValue(value);
  const std::string digits = text.substr(text.find(':') + 1);
  if (value.type == ValueType::kInt64 && digits == "-9223372036854775808") return "INT64_MIN";
  if (value.type == ValueType::kUInt64) return "UINT64_C(" + digits + ")";
  if (value.type == ValueType::kInt64) return "INT64_C(" + digits + ")";
  return value.type == ValueType::kUInt32 ? digits + "U" : digits;
}

std::string HandleOf(const Step& step) {
  if (step.by == Actor::kPeer) return "peer";
  if (step.raw_handle) return fmt::format("UINT64_C({})", *step.raw_handle);
  return fmt::format("connection[{}]", step.connection);
}
std::string TrackOf(const Step& step) {
  return step.raw_track ? fmt::format("UINT64_C({})", *step.raw_track)
                        : fmt::format("tracker[{}]", step.tracker);
}
std::string IteratorOf(const Step& step) {
  return step.raw_iterator ? fmt::format("UINT64_C({})", *step.raw_iterator)
                           : fmt::format("iterator[{}]", step.iterator);
}

std::string ModeOf(int32_t mode) {
  const std::string name = DispatchModeName(mode);
  return name[0] < '0' || name[0] > '9'
             ? (name[0] == '-' ? "(cs_dispatch_flags_t)" + name : "CS_DISPATCH_" + name)
             : "(cs_dispatch_flags_t)" + name;
}

std::string MaskOf(int32_t mask) {
  std::string text;
  const auto add = [&](int32_t bit, std::string_view name) {
    if ((mask & bit) == 0) return;
    text += (text.empty() ? "" : " | ") + std::string(name);
    mask &= ~bit;
  };
  add(kTrackDelete, "CMAP_TRACK_DELETE");
  add(kTrackModify, "CMAP_TRACK_MODIFY");
  add(kTrackAdd, "CMAP_TRACK_ADD");
  add(kTrackPrefix, "CMAP_TRACK_PREFIX");
  return mask != 0 || text.empty() ? (text.empty() ? "" : text + " | ") + std::to_string(mask)
                                   : text;
}

// Why a step cannot be part of a program; empty where it can.
std::string WhyNot(const Step& step) {
  if (step.after_ns) return "a step happens while the client waits";
  switch (step.op) {
    case Op::kService:
    case Op::kSignal:
    case Op::kSigaction:
    case Op::kInput:
    case Op::kStart:
    case Op::kJoin:
      return "it needs " + std::string(OpName(step.op)) + " steps";
    default:
      break;
  }
  if (step.duration_ns > kLongestSleep) return "it takes longer than a minute";
  if (step.value && step.value->bytes.size() > kLongestLiteral) return "a value is too long";
  const auto shortcut = TypeSetBy(step.op);
  if (shortcut && IsFloating(*shortcut)) return "it sets a floating-point number by a shortcut";
  return {};
}

std::string WhyNot(const Plan& plan) {
  if (!plan.faults.empty()) return "it needs faults";
  if (!plan.tasks.empty()) return "it needs tasks";
  for (const FirstKey& key : plan.keys.value_or(std::vector<FirstKey>())) {
    if (key.read_only) return "it needs a key that clients cannot write";
  }
  if (plan.steps.empty()) return "it makes no call";
  for (const Step* step : StepsById(plan)) {
    if (std::string why = WhyNot(*step); !why.empty()) return why;
  }
  return {};
}

class Program {
 public:
  explicit Program(const Plan& plan) : plan_(plan), steps_(StepsById(plan)) {}

  std::string Text(std::string_view shows) {
    std::string comment = "/* ";
    for (const char c : shows) comment += c == '\n' || c == '*' ? ' ' : c;
    comment +=
        ".\n * cc -Wall -Wextra -Werror FILE.c -lcmap, then run it as root beside a running "
        "corosync. Each "
        "line that it prints\n * is a call or a callback, with the number of the plan's step. */";
    std::string main_body;
    if (NeedsPeer()) main_body += "  if (cmap_initialize(&peer) != CS_OK) return 2;\n";
    for (const FirstKey& key : plan_.keys.value_or(std::vector<FirstKey>())) {
      main_body += "  " + SetCall("peer", Literal(key.key), key.value, "(void)") + "\n";
    }
    main_body += Body(plan_.steps, "  ");
    return comment + std::string(kHead) + Variables() + Notifies() +
           "\nint main(void) {\n  setvbuf(stdout, NULL, _IOLBF, 0);\n" + main_body +
           "  return 0;\n}\n";
  }

 private:
  [[nodiscard]] bool NeedsPeer() const {
    return (plan_.keys && !plan_.keys->empty()) ||
           std::any_of(steps_.begin(), steps_.end(),
                       [](const Step* step) { return step->by == Actor::kPeer; });
  }

  // Where a result is used: `prefix` stands before the call, which is one expression.
  static std::string SetCall(const std::string& handle, const std::string& key, const Value& value,
                             const std::string& prefix) {
    const bool closed = prefix.ends_with(", ");
    const std::string end = closed ? "));" : ");";
    if (IsInteger(value.type) && value.bytes.size() == FixedValueSize(value.type)) {
      return fmt::format(
          "{{ const {}_t value = {}; {}cmap_set({}, {}, &value, sizeof value, {}{} }}",
          ValueTypeName(value.type), NumberOf(value), prefix, handle, key, TypeOf(value.type), end);
    }
    return fmt::format("{}cmap_set({}, {}, {}, {}, {}{}", prefix, handle, key, Literal(value.bytes),
                       value.bytes.size(), TypeOf(value.type), end);
  }

  // The size of an array that has this slot.
  template <typename Slot>
  size_t SlotsOf(const Slot& slot) const {
    int32_t most = 0;
    for (const Step* step : steps_) most = std::max(most, slot(*step));
    return static_cast<size_t>(most) + 1;
  }

  bool Uses(std::initializer_list<Op> ops) const {
    return std::any_of(steps_.begin(), steps_.end(), [&](const Step* step) {
      return std::find(ops.begin(), ops.end(), step->op) != ops.end();
    });
  }

  [[nodiscard]] std::string Variables() const {
    std::string text = "\n";
    if (NeedsPeer()) text += "static cmap_handle_t peer;\n";
    text += fmt::format("cmap_handle_t connection[{}];\n",
                        SlotsOf([](const Step& s) { return s.connection; }));
    if (Uses({Op::kTrackAdd, Op::kTrackDelete})) {
      text += fmt::format("cmap_track_handle_t tracker[{}];\n",
                          SlotsOf([](const Step& s) { return s.tracker; }));
    }
    if (Uses({Op::kIterInit, Op::kIterNext, Op::kIterFinalize})) {
      text += fmt::format("cmap_iter_handle_t iterator[{}];\n",
                          SlotsOf([](const Step& s) { return s.iterator; }));
    }
    return text;
  }

  // A callback for each tracker, declared before all, because callbacks may track in turn.
  [[nodiscard]] std::string Notifies() const {
    std::string declared;
    std::string defined;
    for (const Step* step : steps_) {
      if (step->op != Op::kTrackAdd || step->null_notify) continue;
      const std::string head = fmt::format(
          "static void notify_{}(cmap_handle_t handle, cmap_track_handle_t track, int32_t event,\n"
          "    const char *key, struct cmap_notify_value new_value,\n"
          "    struct cmap_notify_value old_value, void *user_data)",
          step->id);
      declared += head + ";\n";
      defined += "\n" + head + " {\n" + NotifyBody(*step) + "}\n";
    }
    return declared + defined;
  }

  [[nodiscard]] std::string NotifyBody(const Step& step) const {
    std::string text = fmt::format(
        "  (void)handle; (void)track; (void)user_data; (void)new_value; (void)old_value;\n"
        "  printf(\"callback of {}: %s %s\\n\", event == CMAP_TRACK_ADD ? \"ADD\" :\n"
        "         event == CMAP_TRACK_DELETE ? \"DELETE\" : event == CMAP_TRACK_MODIFY ? "
        "\"MODIFY\" : "
        "\"?\", key ? key : \"NULL\");\n",
        step.id);
    if (step.on_callback.empty()) return text;
    text += "  static int callbacks;\n  ++callbacks;\n";
    for (const Reaction& reaction : step.on_callback) {
      text +=
          reaction.nth == 0 ? "  {\n" : fmt::format("  if (callbacks == {}) {{\n", reaction.nth);
      text += Body(reaction.steps, "    ") + "    return;\n  }\n";
      if (reaction.nth == 0) break;  // what comes after it never has its turn
    }
    return text;
  }

  [[nodiscard]] std::string Body(const std::vector<Step>& steps, const std::string& indent) const {
    std::string text;
    for (const Step& step : steps) text += indent + Statement(step) + "\n";
    return text;
  }

  [[nodiscard]] static std::string Said(const Step& step, const std::string& call) {
    return fmt::format("said({}, \"{}\", {});", step.id, OpName(step.op), call);
  }

  [[nodiscard]] std::string Statement(const Step& step) const {
    if (const auto type = TypeSetBy(step.op)) {
      const std::string value =
          *type == ValueType::kString
              ? (step.value ? Literal(std::string(step.value->bytes.c_str())) : "NULL")
              : (step.value ? NumberOf(*step.value) : "0");
      return Said(step, fmt::format("cmap_{}({}, {}, {})", OpName(step.op), HandleOf(step),
                                    KeyOf(step), value));
    }
    if (const auto type = TypeGotBy(step.op)) return GetTyped(step, *type);
    switch (step.op) {
      case Op::kInitialize:
        return Said(step, fmt::format("cmap_initialize({})", OutputOf(step, HandlePlace(step))));
      case Op::kInitializeMap:
        return Said(step, fmt::format("cmap_initialize_map({}, (cmap_map_t){})",
                                      OutputOf(step, HandlePlace(step)), step.mode));
      case Op::kFinalize:
      case Op::kContextSet:
      case Op::kContextGet:
      case Op::kFdGet:
      case Op::kDispatch:
        return OnConnection(step);
      case Op::kSet:
        return Set(step);
      case Op::kGet:
        return Get(step);
      case Op::kDelete:
      case Op::kInc:
      case Op::kDec:
        return Said(step,
                    fmt::format("cmap_{}({}, {})", OpName(step.op), HandleOf(step), KeyOf(step)));
      case Op::kIterInit:
        return Said(step, fmt::format("cmap_iter_init({}, {}, {})", HandleOf(step), KeyOf(step),
                                      OutputOf(step, fmt::format("&iterator[{}]", step.iterator))));
      case Op::kIterNext:
        return IterNext(step);
      case Op::kIterFinalize:
        return Said(step,
                    fmt::format("cmap_iter_finalize({}, {})", HandleOf(step), IteratorOf(step)));
      case Op::kTrackAdd:
        return Said(step, fmt::format("cmap_track_add({}, {}, {}, {}, NULL, {})", HandleOf(step),
                                      KeyOf(step), MaskOf(step.track),
                                      step.null_notify ? "NULL" : fmt::format("notify_{}", step.id),
                                      OutputOf(step, fmt::format("&tracker[{}]", step.tracker))));
      case Op::kTrackDelete:
        return Said(step, fmt::format("cmap_track_delete({}, {})", HandleOf(step), TrackOf(step)));
      default:
        return Waiting(step);
    }
  }

  static std::string OutputOf(const Step& step, const std::string& place) {
    return step.null_output ? "NULL" : place;
  }
  static std::string HandlePlace(const Step& step) {
    return fmt::format("&connection[{}]", step.connection);
  }

  static std::string OnConnection(const Step& step) {
    const std::string handle = HandleOf(step);
    switch (step.op) {
      case Op::kContextSet:
        return Said(step, fmt::format("cmap_context_set({}, (const void *)(uintptr_t)UINT64_C({}))",
                                      handle, step.context));
      case Op::kContextGet:
        return fmt::format("{{ const void *context = NULL; {} (void)context; }}",
                           Said(step, fmt::format("cmap_context_get({}, {})", handle,
                                                  OutputOf(step, "&context"))));
      case Op::kFdGet:
        return fmt::format(
            "{{ int fd = -1; {} (void)fd; }}",
            Said(step, fmt::format("cmap_fd_get({}, {})", handle, OutputOf(step, "&fd"))));
      case Op::kDispatch:
        return Said(step, fmt::format("cmap_dispatch({}, {})", handle, ModeOf(step.mode)));
      default:
        return Said(step, fmt::format("cmap_finalize({})", handle));
    }
  }

  static std::string Set(const Step& step) {
    const std::string prefix = fmt::format("said({}, \"set\", ", step.id);
    if (step.value) return SetCall(HandleOf(step), KeyOf(step), *step.value, prefix);
    return fmt::format("{}cmap_set({}, {}, NULL, 0, CMAP_VALUETYPE_UINT8));", prefix,
                       HandleOf(step), KeyOf(step));
  }

  static std::string Get(const Step& step) {
    const uint64_t size = step.buffer_size.value_or(0);
    return fmt::format(
        "{{ static char value[{}]; size_t len = {}; cmap_value_types_t type = "
        "CMAP_VALUETYPE_UINT8; {} (void)value; (void)len; (void)type; }}",
        std::max<uint64_t>(size, 1), step.value_len.value_or(size),
        Said(step,
             fmt::format("cmap_get({}, {}, {}, {}, {})", HandleOf(step), KeyOf(step),
                         step.buffer_size ? "value" : "NULL", step.null_value_len ? "NULL" : "&len",
                         step.null_type ? "NULL" : "&type")));
  }

  static std::string GetTyped(const Step& step, ValueType type) {
    const bool string = type == ValueType::kString;
    const std::string name = IsFloating(type) ? std::string(ValueTypeName(type))
                                              : std::string(ValueTypeName(type)) + "_t";
    return fmt::format(
        "{{ {}value = {}; {} {} }}", string ? "char *" : name + " ", string ? "NULL" : "0",
        Said(step, fmt::format("cmap_{}({}, {}, {})", OpName(step.op), HandleOf(step), KeyOf(step),
                               OutputOf(step, "&value"))),
        string ? "free(value);" : "(void)value;");
  }

  static std::string IterNext(const Step& step) {
    return fmt::format(
        "{{ char key[CMAP_KEYNAME_MAXLEN + 1] = \"\"; size_t len = 0; cmap_value_types_t type = "
        "CMAP_VALUETYPE_UINT8; {} (void)key; (void)len; (void)type; }}",
        Said(step,
             fmt::format("cmap_iter_next({}, {}, {}, {}, {})", HandleOf(step), IteratorOf(step),
                         OutputOf(step, "key"), step.null_value_len ? "NULL" : "&len",
                         step.null_type ? "NULL" : "&type")));
  }

  static std::string Waiting(const Step& step) {
    if (step.op == Op::kPoll) {
      const int64_t ms = step.duration_ns < 0 ? -1 : step.duration_ns / kMillisecond;
      return fmt::format(
          "{{ struct pollfd entry = {{ -1, POLLIN, 0 }}; cs_error_t result = cmap_fd_get({}, "
          "&entry.fd); "
          "if (result == CS_OK) poll(&entry, 1, {}); said({}, \"poll\", result); }}",
          HandleOf(step), ms, step.id);
    }
    return fmt::format(
        "{{ struct timespec time = {{ {}, {} }}; nanosleep(&time, NULL); said({}, \"sleep\", "
        "CS_OK); }}",
        step.duration_ns / kSecond, step.duration_ns % kSecond, step.id);
  }

  const Plan& plan_;
  std::vector<const Step*> steps_;
};

}  // namespace

tl::expected<std::string, std::string> FormatCProgram(const Plan& plan, std::string_view shows) {
  if (std::string why = WhyNot(plan); !why.empty()) return tl::unexpected(why);
  return Program(plan).Text(shows);
}

std::string CProgramOutput(const Plan& plan, std::string_view trace) {
  const std::vector<const Step*> steps = StepsById(plan);
  std::string text;
  for (const TraceEvent& event : ParseTrace(trace).value_or(std::vector<TraceEvent>())) {
    const auto step = static_cast<size_t>(event.step);
    if (event.step < 0 || step >= steps.size()) continue;
    if (event.mark == '!') {
      text +=
          fmt::format("callback of {}: {} {}\n", step, event.Field("event"), event.Field("key"));
    }
    const std::string_view result = event.mark == '<' ? event.word
                                    : event.mark == '@' && !event.fields.empty()
                                        ? event.fields.front().value
                                        : "";
    if (!result.empty()) text += fmt::format("{} {}: {}\n", step, OpName(steps[step]->op), result);
  }
  return text;
}

}  // namespace cmapsim
