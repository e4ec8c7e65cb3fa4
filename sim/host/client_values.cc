// The calls of a client task that take or give values: set, get, their shortcuts, delete, inc, dec.
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "sim/host/client_call.h"
#include "sim/host/client_task.h"

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

// Where a pointer to a string points before get_string says otherwise.
char g_no_string[1];
char* const kNoString = g_no_string;

const char* KeyOf(const Step& step) { return step.key ? step.key->c_str() : nullptr; }

}  // namespace

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
    const void* data = step.value ? step.value->bytes.c_str() : nullptr;
    const size_t size = step.value ? step.value->bytes.size() : 0;
    const auto type = static_cast<cmap_value_types_t>(
        step.value ? static_cast<int>(step.value->type) : static_cast<int>(CMAP_VALUETYPE_UINT8));
    result = Call(world_, api_.cmap_set, handle, key, data, size, type);
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
  BeginCallWithKey(step).End();
  const ValueType type = *TypeGotBy(step.op);
  const bool is_string = type == ValueType::kString;
  const size_t size = is_string ? sizeof(char*) : FixedValueSize(type);
  Buffer& buffer = FreeBuffer(size);
  if (is_string) std::memcpy(buffer.begin, &kNoString, sizeof kNoString);
  const int64_t result = CallShortcut(step, step.null_output ? nullptr : buffer.begin);
  char* string = nullptr;
  if (is_string) std::memcpy(&string, buffer.begin, sizeof string);
  TraceWriter& line = BeginReturn(step, result);
  if (result == CS_OK && !step.null_output) {
    scratch_.clear();
    if (!is_string) {
      AppendTraceValue(type, {buffer.begin, size}, scratch_);
    } else if (string == nullptr || string == kNoString) {
      scratch_ = string == nullptr ? kTraceNull : "untouched";
    } else {
      AppendTraceValue(type, {string, strnlen(string, kMaxValueSize)}, scratch_);
    }
    line.Field("value", scratch_);
  }
  line.End();
  buffer.used = false;
  if (result == CS_OK && string != kNoString) FreeAsClient(string);
}

// As client code does it with what the library returned.
void ClientTask::FreeAsClient(void* memory) {
  if (memory == nullptr) return;
  const InLibrary in_library(world_);
  std::free(memory);
}

void ClientTask::Get(const Step& step) {
  BeginCallWithKey(step);
  if (step.buffer_size) trace_.Field("buffer", *step.buffer_size);
  trace_.End();
  const size_t capacity = step.buffer_size.value_or(0);
  Buffer& buffer = FreeBuffer(capacity);
  size_t size = capacity;
  cmap_value_types_t type{};
  const int64_t result =
      Call(world_, api_.cmap_get, Handle(step), KeyOf(step),
           step.buffer_size ? static_cast<void*>(buffer.begin) : nullptr, &size, &type);
  TraceWriter& line = BeginReturn(step, result);
  if (result == CS_OK) {
    const auto value_type = static_cast<ValueType>(type);
    line.Field("type", ValueTypeName(value_type)).Field("len", static_cast<int64_t>(size));
    if (step.buffer_size && size <= capacity) {
      scratch_.clear();
      AppendTraceValue(value_type, {buffer.begin, size}, scratch_);
      line.Field("value", scratch_);
    }
  }
  line.End();
  buffer.used = false;
}

ClientTask::Buffer& ClientTask::FreeBuffer(size_t size) {
  const auto free = std::find_if(buffers_.begin(), buffers_.end(),
                                 [](const Buffer& buffer) { return !buffer.used; });
  Buffer& buffer = free != buffers_.end() ? *free : buffers_.emplace_back();
  buffer.begin = buffer.memory.Take(size);  // of no bytes, but not NULL
  buffer.used = true;
  return buffer;
}

}  // namespace cmapsim
