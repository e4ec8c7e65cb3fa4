#include "sim/core/sha256.h"

#include <openssl/evp.h>

#include <cstdlib>

#include "sim/core/text.h"

namespace cmapsim {
namespace {

// Looking the algorithm up costs more than hashing a short trace does, so it happens once in a
// process, and each thread keeps its context.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

struct Context {
  EVP_MD_CTX* const evp = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(evp); }
};

}  // namespace

std::array<uint8_t, 32> Sha256(std::string_view bytes) {
  thread_local Context context;
  std::array<uint8_t, 32> digest;
  // A libcrypto that lacks SHA-256 is a broken installation: no result would be right.
  if (EVP_DigestInit_ex(context.evp, Algorithm(), nullptr) != 1 ||
      EVP_DigestUpdate(context.evp, bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context.evp, digest.data(), nullptr) != 1) {
    std::abort();
  }
  return digest;
}

std::string Sha256Hex(std::string_view bytes) {
  const std::array<uint8_t, 32> digest = Sha256(bytes);
  std::string text;
  text.reserve(64);
  AppendHex({reinterpret_cast<const char*>(digest.data()), digest.size()}, text);
  return text;
}

}  // namespace cmapsim
