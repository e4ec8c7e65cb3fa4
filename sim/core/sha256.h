// SHA-256, from libcrypto: the fingerprint of traces, long values and files.
//
//   Sha256Hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace cmapsim {

[[nodiscard]] std::array<uint8_t, 32> Sha256(std::string_view bytes);

// 64 lower-case hexadecimal digits.
[[nodiscard]] std::string Sha256Hex(std::string_view bytes);

}  // namespace cmapsim
