// The calls of a client task that take or give values: set, get, their shortcuts, delete, inc, dec.
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "sim/core/text.h"
#include "sim/host/client_call.h"
#include "sim/host/client_task.h"
#include "sim/host/outputs.h"

namespace cmapsim {
namespace {

// One row per number that has shortcuts: in names of operations, in names of functions, in C.
#define CMAPSIM_NUMBERS(X)    \
  X(Int8, int8, int8_t)       \
  X(UInt8, uint8, uint8_t)    \
  X(Int16, int16, int16_t)    \
  X(UInt16, uint16, uint16_t) \
  X(Int32, int32, int32_t)    \
  X(UInt32, uint32, uint32_t) \
  X(Int64, int64, int64_t)    \
  X(UInt64, uint64, uint64_t) \
  X(Float, float, float)      \
  X(Double, double, double)

template <typename T>
T NumberOf(const Step& step) {
  T number{};
  if (step.value) {
    std::memcpy(&number, step.value->bytes.data(),
                std::min(sizeof number, step.value->bytes.size()));
  }
  return number;
}

const char* KeyOf(const Step& step) { return step.key ? step.key->c_str() : nullptr; }

}  // namespace

// stats.ipcs.service0.1234.0x55ee50758480.requests: neither a process's id nor an address may stand in a trace.
std::string_view ClientTask::GivenKey(std::string_view key) {
  constexpr std::string_view kConnections = "stats.ipcs.service";
  scratch_.clear();
  if (key.starts_with(kConnections)) {
    const size_t service_end = key.find('.', kConnections.size());
    const size_t pid_end = std::min(key.find('.', service_end + 1), key.size());
    const size_t address_end = std::min(key.find('.', pid_end + 1), key.size());
    const auto pid = ParseNumber<uint64_t>(key.substr(
        std::min(service_end + 1, key.size()), pid_end - std::min(service_end + 1, pid_end)));
    const std::string_view address = key.substr(std::min(pid_end + 1, key.size()),
                                                address_end - std::min(pid_end + 1, address_end));
    const auto place =
        address.starts_with("0x") ? ParseNumber<uint64_t>(address.substr(2), 16) : std::nullopt;
    if (service_end != key.npos && pid && place) {
      AppendTraceKey(key.substr(0, service_end), scratch_);
      scratch_ += ".p" + std::to_string(process_names_.Of(*pid));
      scratch_ += ".c" + std::to_string(address_names_.Of(*place));
      key.remove_prefix(address_end);
    }
  }
  AppendTraceKey(key, scratch_);
  return scratch_;
}

TraceWriter& ClientTask::BeginCallWithKey(const Step& step) {
  scratch_.clear();
  if (step.key) AppendTraceKey(*step.key, scratch_);
  return BeginCallOnConnection(step).Field(
      "key", step.key ? std::string_view(scratch_) : std::string_view(kTraceNull));
}

TraceWriter& ClientTask::BeginCallWithValue(const Step& step) {
  TraceWriter& call = BeginCallWithKey(step);
  scratch_.clear();
  if (step.value) AppendTraceValue(step.value->type, step.value->bytes, scratch_);
  return call.Field("value",
                    step.value ? std::string_view(scratch_) : std::string_view(kTraceNull));
}

void ClientTask::ChangeKey(const Step& step) {
  const cmap_handle_t handle = Handle(step);
  const char* key = KeyOf(step);
  int64_t result = kNotOffered;
  if (step.op == Op::kSet) {
    BeginCallWithValue(step).End();
    // NULL stands for a value that would be right.
    const size_t size = step.value ? step.value->bytes.size() : sizeof(uint8_t);
    // A copy, of which nothing is left after the call: a library that keeps the pointer is found out.
    const OutputBytes copy(outputs_, size);
    if (step.value && size > 0) std::memcpy(copy.Place(), step.value->bytes.data(), size);
    const void* data = step.value ? copy.Place() : nullptr;
    const auto type = static_cast<cmap_value_types_t>(
        step.value ? static_cast<int>(step.value->type) : static_cast<int>(CMAP_VALUETYPE_UINT8));
    result = Call(world_, api_.cmap_set, handle, key, data, size, type);
    if (size > 0) std::memset(copy.Place(), 0xA5, size);
  } else {
    BeginCallWithKey(step).End();
    const auto function = step.op == Op::kDelete ? api_.cmap_delete
                          : step.op == Op::kInc  ? api_.cmap_inc
                                                 : api_.cmap_dec;
    result = Call(world_, function, handle, key);
  }
  BeginReturn(step, result).End();
}

int64_t ClientTask::CallShortcut(const Step& step, void* output) {
  const cmap_handle_t handle = Handle(step);
  const char* key = KeyOf(step);
  switch (step.op) {
#define CMAPSIM_X(enumerator, name, type)                                         \
  case Op::kSet##enumerator:                                                      \
    return Call(world_, api_.cmap_set_##name, handle, key, NumberOf<type>(step)); \
  case Op::kGet##enumerator:                                                      \
    return Call(world_, api_.cmap_get_##name, handle, key, static_cast<type*>(output));
    CMAPSIM_NUMBERS(CMAPSIM_X)
#undef CMAPSIM_X
    case Op::kSetString:
      return Call(world_, api_.cmap_set_string, handle, key,
                  step.value ? step.value->bytes.c_str() : nullptr);
    case Op::kGetString:
      return Call(world_, api_.cmap_get_string, handle, key, static_cast<char**>(output));
    default:
      return kNotOffered;
  }
}

void ClientTask::SetTyped(const Step& step) {
  BeginCallWithValue(step).End();
  BeginReturn(step, CallShortcut(step, nullptr)).End();
}

void ClientTask::GetTyped(const Step& step) {
  const ValueType type = *TypeGotBy(step.op);
  if (type == ValueType::kString) return GetString(step);
  BeginCallWithKey(step).End();
  const size_t size = FixedValueSize(type);
  const OutputBytes value(outputs_, size);
  const int64_t result = CallShortcut(step, step.null_output ? nullptr : value.Place());
  TraceWriter& line = BeginReturn(step, result);
  if (result == CS_OK && !step.null_output) {
    scratch_.clear();
    AppendTraceValue(type, {value.Place(), size}, scratch_);
    line.Field("value", scratch_);
  }
  EndReturn(line, result, {{"value", value.Touched()}});
}

void ClientTask::GetString(const Step& step) {
  BeginCallWithKey(step).End();
  const Output<char*> string(outputs_);
  const int64_t result = CallShortcut(step, step.null_output ? nullptr : string.Place());
  TraceWriter& line = BeginReturn(step, result);
  char* const text = result == CS_OK && string.Touched() ? string.Get() : nullptr;
  if (result == CS_OK && !step.null_output) {
    scratch_.clear();
    if (text != nullptr) {
      AppendTraceValue(ValueType::kString, {text, strnlen(text, kMaxValueSize)}, scratch_);
    } else {
      scratch_ = string.Touched() ? kTraceNull : "untouched";
    }
    line.Field("value", scratch_);
  }
  EndReturn(line, result, {{"value", string.Touched()}});
  FreeAsClient(text);
}

// As client code does it with what the library returned.
void ClientTask::FreeAsClient(void* memory) {
  if (memory == nullptr) return;
  const InLibrary in_library(world_);
  std::free(memory);
}

void ClientTask::Get(const Step& step) {
  TraceWriter& call = BeginCallWithKey(step);
  if (step.buffer_size) call.Field("buffer", *step.buffer_size);
  if (step.value_len) call.Field("value_len", std::to_string(*step.value_len));
  if (step.null_value_len) call.Field("value_len", kTraceNull);
  if (step.null_type) call.Field("type", kTraceNull);
  call.End();
  const size_t capacity = step.buffer_size.value_or(0);
  const OutputBytes value(outputs_, capacity);
  const Output<size_t> len(outputs_, step.value_len.value_or(capacity));
  const Output<uint32_t> type(outputs_);
  const int64_t result = Call(world_, api_.cmap_get, Handle(step), KeyOf(step),
                              step.buffer_size ? static_cast<void*>(value.Place()) : nullptr,
                              step.null_value_len ? nullptr : len.Place(),
                              step.null_type ? nullptr : type.Place<cmap_value_types_t>());
  TraceWriter& line = BeginReturn(step, result);
  if (result == CS_OK) {
    // Without a type the bytes are shown as what they are.
    const auto shown = step.null_type ? ValueType::kBinary : static_cast<ValueType>(type.Get());
    const size_t size = step.null_value_len ? 0 : len.Get();
    if (!step.null_type) line.Field("type", ValueTypeName(shown));
    if (!step.null_value_len) line.Field("len", static_cast<int64_t>(size));
    if (step.buffer_size && !step.null_value_len && size <= capacity) {
      scratch_.clear();
      AppendTraceValue(shown, {value.Place(), size}, scratch_);
      line.Field("value", scratch_);
    }
    const size_t beyond = value.TouchedFrom(std::min(size, capacity));
    if (step.buffer_size && beyond > 0) line.Field("beyond", static_cast<int64_t>(beyond));
  }
  EndReturn(line, result,
            {{"value", value.Touched()}, {"value_len", len.Touched()}, {"type", type.Touched()}});
}

}  // namespace cmapsim
