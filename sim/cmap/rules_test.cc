#include "sim/cmap/rules.h"

#include <corosync/cmap.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace cmapsim {
namespace {

using std::string_literals::operator""s;  // NOLINT(misc-unused-using-decls)

std::string Stored(ValueType type, std::string_view bytes) {
  std::string stored;
  AssignStored(type, bytes, stored);
  return stored;
}

std::string Adjusted(std::string stored, int32_t step) {
  AdjustInteger(step, stored);
  return stored;
}

TEST(KeyName, LengthLimitsAreCorosyncs) {
  EXPECT_EQ(kMinKeyName, static_cast<size_t>(CMAP_KEYNAME_MINLEN));
  EXPECT_EQ(kMaxKeyName, static_cast<size_t>(CMAP_KEYNAME_MAXLEN));
  EXPECT_FALSE(IsKeyName(""));
  EXPECT_FALSE(IsKeyName("ab"));
  EXPECT_TRUE(IsKeyName("abc"));
  EXPECT_TRUE(IsKeyName(std::string(255, 'a')));
  EXPECT_FALSE(IsKeyName(std::string(256, 'a')));
}

TEST(KeyName, HasOnlyTheDocumentedCharacters) {
  const std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:";
  for (int c = 1; c < 256; ++c) {
    const std::string name = "ab" + std::string(1, static_cast<char>(c));
    EXPECT_EQ(IsKeyName(name), allowed.find(static_cast<char>(c)) != std::string_view::npos) << c;
  }
}

TEST(ValueLength, OfANumberIsItsSize) {
  for (int number = 1; number <= 10; ++number) {
    const auto type = static_cast<ValueType>(number);
    for (size_t length = 0; length < 20; ++length) {
      EXPECT_EQ(IsValueLength(type, std::string(length, 'x')), length == FixedValueSize(type));
    }
  }
}

TEST(ValueLength, OfAnUnknownTypeIsZero) {
  for (const int number : {0, 13, 255}) {
    EXPECT_TRUE(IsValueLength(static_cast<ValueType>(number), ""));
    EXPECT_FALSE(IsValueLength(static_cast<ValueType>(number), "x"));
  }
}

TEST(ValueLength, IsAtMostSixteenKibibytes) {
  EXPECT_TRUE(IsValueLength(ValueType::kBinary, std::string(16384, 'x')));
  EXPECT_FALSE(IsValueLength(ValueType::kBinary, std::string(16385, 'x')));
  EXPECT_TRUE(IsValueLength(ValueType::kString, std::string(16384, 'x')));
  EXPECT_FALSE(IsValueLength(ValueType::kString, std::string(16384, 'x') + '\0'));
}

TEST(ValueLength, OfAStringMayCountItsNulAndNothingBehindIt) {
  EXPECT_TRUE(IsValueLength(ValueType::kString, ""));
  EXPECT_TRUE(IsValueLength(ValueType::kString, "ab"));
  EXPECT_TRUE(IsValueLength(ValueType::kString, "ab\0"s));
  EXPECT_FALSE(IsValueLength(ValueType::kString, "ab\0\0"s));
  EXPECT_FALSE(IsValueLength(ValueType::kString, "a\0b"s));
}

TEST(StoredValue, IsTheBytesExceptForAStringsNul) {
  EXPECT_EQ(Stored(ValueType::kBinary, "a\0b"s), "a\0b"s);
  EXPECT_EQ(Stored(ValueType::kString, ""), "\0"s);
  EXPECT_EQ(Stored(ValueType::kString, "ab"), "ab\0"s);
  EXPECT_EQ(Stored(ValueType::kString, "ab\0"s), "ab\0"s);
  EXPECT_EQ(Stored(ValueType::kString, std::string(16384, 'x')).size(), 16385u);
}

RC_GTEST_PROP(StoredValue, IsTheSameExactlyWhereSettingItWouldChangeNothing,
              (const std::string& bytes, const std::string& others)) {
  for (const ValueType type : {ValueType::kString, ValueType::kBinary}) {
    if (!IsValueLength(type, bytes) || !IsValueLength(type, others)) continue;
    RC_ASSERT(SameStored(type, Stored(type, bytes), bytes));
    RC_ASSERT(SameStored(type, Stored(type, bytes), others) ==
              (Stored(type, bytes) == Stored(type, others)));
  }
}

TEST(AdjustedInteger, WrapsInItsOwnWidth) {
  EXPECT_EQ(Adjusted("\xff"s, 1), "\0"s);
  EXPECT_EQ(Adjusted("\x7f"s, 1), "\x80"s);
  EXPECT_EQ(Adjusted("\0\0"s, -1), "\xff\xff"s);
  EXPECT_EQ(Adjusted("\xff\0\0\0"s, 1), "\0\1\0\0"s);
  EXPECT_EQ(Adjusted("\0\0\0\0\0\0\0\0"s, -1), "\xff\xff\xff\xff\xff\xff\xff\xff"s);
}

RC_GTEST_PROP(AdjustedInteger, ComesBackByTheOppositeStep, (uint64_t number, int16_t step)) {
  for (int type = 1; type <= 8; ++type) {
    const std::string bytes = Value::Integer(static_cast<ValueType>(type), number).bytes;
    RC_ASSERT(Adjusted(Adjusted(bytes, step), -step) == bytes);
  }
}

}  // namespace
}  // namespace cmapsim
