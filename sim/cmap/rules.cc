#include "sim/cmap/rules.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace cmapsim {
namespace {

constexpr std::array<bool, 256> MakeNameCharacters() {
  std::array<bool, 256> in{};
  for (char c = 'a'; c <= 'z'; ++c) in[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) in[static_cast<unsigned char>(c)] = true;
  for (char c = '0'; c <= '9'; ++c) in[static_cast<unsigned char>(c)] = true;
  for (char c : {'.', '_', '-', '/', ':'}) in[static_cast<unsigned char>(c)] = true;
  return in;
}
constexpr std::array<bool, 256> kNameCharacters = MakeNameCharacters();

template <typename Unsigned>
void Adjust(int32_t step, std::string& stored) {
  Unsigned number;
  std::memcpy(&number, stored.data(), sizeof number);
  number = static_cast<Unsigned>(number + static_cast<Unsigned>(step));
  std::memcpy(stored.data(), &number, sizeof number);
}

}  // namespace

bool IsKeyName(std::string_view name) {
  return name.size() >= kMinKeyName && name.size() <= kMaxKeyName &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return kNameCharacters[static_cast<unsigned char>(c)]; });
}

bool IsValueLength(ValueType type, std::string_view bytes) {
  if (bytes.size() > kMaxValueLength) return false;
  switch (type) {
    case ValueType::kString:
      return bytes.size() <= BeforeNul(bytes).size() + 1;
    case ValueType::kBinary:
      return true;
    default:
      // corosync 3.1.7: a type that nobody knows, 0 among them, counts as one of size 0, and is
      // kept.
      return bytes.size() == FixedValueSize(type);
  }
}

void AssignStored(ValueType type, std::string_view bytes, std::string& stored) {
  if (type == ValueType::kString) {
    stored.assign(BeforeNul(bytes));
    stored.push_back('\0');
  } else {
    stored.assign(bytes);
  }
}

bool SameStored(ValueType type, std::string_view stored, std::string_view bytes) {
  if (type != ValueType::kString) return stored == bytes;
  return stored.substr(0, stored.size() - 1) == BeforeNul(bytes);
}

void AdjustInteger(int32_t step, std::string& stored) {
  switch (stored.size()) {
    case 1:
      return Adjust<uint8_t>(step, stored);
    case 2:
      return Adjust<uint16_t>(step, stored);
    case 4:
      return Adjust<uint32_t>(step, stored);
    case 8:
      return Adjust<uint64_t>(step, stored);
    default:
      assert(false);
  }
}

}  // namespace cmapsim
