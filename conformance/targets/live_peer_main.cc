// The peer's side: the installed libcmap, one connection, made again whenever the service has been
// away.

#include <dlfcn.h>
#include <time.h>

#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "conformance/targets/live_peer.h"
#include "sim/core/operations.h"
#include "sim/core/plan_codec.h"
#include "sim/core/trace.h"
#include "sim/host/cmap_api.h"

namespace cmapsim {
namespace {

// Keys that are deleted after a case, whether a plan named them or not.
constexpr char kScratchPrefix[] = "test.";

class Peer {
 public:
  explicit Peer(const CmapApi& api) : api_(api) {}

  // An empty text, or what is wrong.
  std::string Prepare(std::string_view plan_bytes);
  std::string CleanUp();
  int32_t CarryOut(int32_t step);

 private:
  template <typename Operation>
  cs_error_t Request(Operation operation);
  cs_error_t Connect();
  void Disconnect();

  std::optional<Value> Read(const std::string& key);
  cs_error_t Write(const std::string& key, const Value& value);
  cs_error_t PutBack(const std::string& key, const std::optional<Value>& value);
  std::string SetFirstKey(const FirstKey& first);
  void DeleteScratchKeys();

  const CmapApi& api_;
  bool connected_ = false;
  cmap_handle_t handle_ = 0;
  Plan plan_;
  std::vector<const Step*> steps_;
  std::map<std::string, std::optional<Value>> before_;  // each key that the plan names
};

void SleepMillisecond() {
  const timespec duration = {0, 1'000'000};
  nanosleep(&duration, nullptr);
}

cs_error_t Peer::Connect() {
  if (connected_) return CS_OK;
  const cs_error_t result = api_.cmap_initialize(&handle_);
  connected_ = result == CS_OK;
  return result;
}

void Peer::Disconnect() {
  if (connected_) api_.cmap_finalize(handle_);
  connected_ = false;
}

// One request. A connection to a daemon that has gone since is replaced; CS_ERR_TRY_AGAIN, which a
// daemon answers while it settles, is taken at its word for a while.
template <typename Operation>
cs_error_t Peer::Request(Operation operation) {
  constexpr int kTries = 1000;
  bool stale = connected_;
  cs_error_t result = CS_OK;
  for (int i = 0; i < kTries; ++i) {
    result = Connect();
    if (result == CS_OK) result = operation();
    if (result == CS_ERR_TRY_AGAIN) {
      SleepMillisecond();
      continue;
    }
    if (result != CS_ERR_LIBRARY || !stale) return result;
    Disconnect();
    stale = false;
  }
  return result;
}

std::optional<Value> Peer::Read(const std::string& key) {
  size_t size = 0;
  cmap_value_types_t type{};
  if (Request([&] { return api_.cmap_get(handle_, key.c_str(), nullptr, &size, &type); }) !=
      CS_OK) {
    return std::nullopt;
  }
  Value value;
  value.type = static_cast<ValueType>(type);
  value.bytes.resize(size);
  if (Request([&] {
        return api_.cmap_get(handle_, key.c_str(), value.bytes.data(), &size, &type);
      }) != CS_OK) {
    return std::nullopt;
  }
  // The length of a string that is read counts its NUL; that of one that is set does not.
  if (value.type == ValueType::kString && value.bytes.ends_with('\0')) value.bytes.pop_back();
  return value;
}

cs_error_t Peer::Write(const std::string& key, const Value& value) {
  return Request([&] {
    return api_.cmap_set(handle_, key.c_str(), value.bytes.c_str(), value.bytes.size(),
                         static_cast<cmap_value_types_t>(value.type));
  });
}

std::string Peer::SetFirstKey(const FirstKey& first) {
  if (before_[first.key] == first.value) return {};
  if (first.read_only) {
    return "key " + first.key +
           " is to be read-only, which only a corosync that has it so by itself can offer";
  }
  const cs_error_t result = Write(first.key, first.value);
  if (result == CS_OK) return {};
  return "first key " + first.key + " = " + FormatValue(first.value) +
         " cannot be set in a real corosync: " + CsErrorName(result);
}

std::string Peer::Prepare(std::string_view plan_bytes) {
  auto plan = DecodePlan(plan_bytes);
  if (!plan) return "the peer does not understand the plan";
  plan_ = std::move(*plan);
  NumberSteps(plan_);
  steps_ = StepsById(plan_);
  // By whoever: in tasks, callbacks and handlers too.
  std::set<std::string> keys;
  for (const Step* step : steps_) {
    if (step->key && ChangesKey(step->op)) keys.insert(*step->key);
  }
  if (plan_.keys) {
    for (const FirstKey& first : *plan_.keys) keys.insert(first.key);
  }
  before_.clear();
  for (const std::string& key : keys) before_[key] = Read(key);
  std::string wrong;
  if (plan_.keys) {
    for (const FirstKey& first : *plan_.keys) {
      if (wrong.empty()) wrong = SetFirstKey(first);
    }
  }
  return wrong;
}

void Peer::DeleteScratchKeys() {
  cmap_iter_handle_t iterator = 0;
  if (Request([&] { return api_.cmap_iter_init(handle_, kScratchPrefix, &iterator); }) != CS_OK) {
    return;
  }
  std::vector<std::string> keys;
  std::array<char, CMAP_KEYNAME_MAXLEN + 1> key{};
  while (api_.cmap_iter_next(handle_, iterator, key.data(), nullptr, nullptr) == CS_OK) {
    keys.emplace_back(key.data());
  }
  api_.cmap_iter_finalize(handle_, iterator);
  for (const std::string& name : keys) api_.cmap_delete(handle_, name.c_str());
}

cs_error_t Peer::PutBack(const std::string& key, const std::optional<Value>& value) {
  if (Read(key) == value) return CS_OK;
  if (value) return Write(key, *value);
  return Request([&] { return api_.cmap_delete(handle_, key.c_str()); });
}

std::string Peer::CleanUp() {
  for (const auto& [key, value] : before_) {
    const cs_error_t result = PutBack(key, value);
    // What we may not write, the case could not write either: it was the daemon.
    if (result != CS_OK && result != CS_ERR_ACCESS)
      return "cannot put back key " + key + ": " + CsErrorName(result);
  }
  before_.clear();
  DeleteScratchKeys();
  return {};
}

int32_t Peer::CarryOut(int32_t id) {
  const Step& step = *steps_[static_cast<size_t>(id)];
  const char* key = step.key ? step.key->c_str() : nullptr;
  return Request([&] {
    switch (step.op) {
      case Op::kSet:
        return api_.cmap_set(
            handle_, key, step.value ? step.value->bytes.c_str() : nullptr,
            step.value ? step.value->bytes.size() : sizeof(uint8_t),
            step.value ? static_cast<cmap_value_types_t>(step.value->type) : CMAP_VALUETYPE_UINT8);
      case Op::kDelete:
        return api_.cmap_delete(handle_, key);
      case Op::kInc:
        return api_.cmap_inc(handle_, key);
      case Op::kDec:
        return api_.cmap_dec(handle_, key);
      default:
        return CS_ERR_NOT_SUPPORTED;
    }
  });
}

std::string LoadInstalled(CmapApi& api) {
  void* library = dlopen("libcmap.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return std::string("cannot load the installed libcmap: ") + dlerror() +
           "; install the package libcmap4";
  }
  const std::vector<std::string> missing = ResolveCmapApi(library, api);
  return missing.empty() ? "" : "the installed libcmap has no " + missing.front();
}

}  // namespace

int RunLivePeer(int fd) {
  const MessageChannel channel(fd);
  CmapApi api;
  if (const std::string wrong = LoadInstalled(api); !wrong.empty()) {
    return channel.Send("E" + wrong) ? 0 : 1;
  }
  Peer peer(api);
  std::string message;
  bool going = channel.Send("R");
  while (going && channel.Receive(message) && !message.empty()) {
    if (message[0] == 'P') {
      going = channel.Send("P" + peer.Prepare(std::string_view(message).substr(1)));
    } else if (message[0] == 'C') {
      going = channel.Send("C" + peer.CleanUp());
    } else {
      LiveOtherStep done;
      memcpy(&done.step, message.data() + 1, sizeof done.step);
      done.result = peer.CarryOut(done.step);
      std::string answer = "S";
      answer.append(reinterpret_cast<const char*>(&done), sizeof done);
      going = channel.Send(answer);
    }
  }
  return 0;
}

}  // namespace cmapsim
