#include "sim/core/value.h"

#include <corosync/cmap.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstring>

#include "sim/core/plan_generators.h"

namespace cmapsim {
namespace {

std::string TraceText(const Value& value) {
  std::string text;
  AppendTraceValue(value.type, value.bytes, text);
  return text;
}

TEST(ValueTypeNumbers, AreCorosyncs) {
  EXPECT_EQ(static_cast<int>(ValueType::kInt8), CMAP_VALUETYPE_INT8);
  EXPECT_EQ(static_cast<int>(ValueType::kUInt32), CMAP_VALUETYPE_UINT32);
  EXPECT_EQ(static_cast<int>(ValueType::kUInt64), CMAP_VALUETYPE_UINT64);
  EXPECT_EQ(static_cast<int>(ValueType::kFloat), CMAP_VALUETYPE_FLOAT);
  EXPECT_EQ(static_cast<int>(ValueType::kDouble), CMAP_VALUETYPE_DOUBLE);
  EXPECT_EQ(static_cast<int>(ValueType::kString), CMAP_VALUETYPE_STRING);
  EXPECT_EQ(static_cast<int>(ValueType::kBinary), CMAP_VALUETYPE_BINARY);
}

TEST(ValueType, IsFoundByItsName) {
  for (int number = 0; number <= 12; ++number) {
    const auto type = static_cast<ValueType>(number);
    EXPECT_EQ(ParseValueType(ValueTypeName(type)), type);
  }
  EXPECT_EQ(ValueTypeName(ValueType{13}), "");
  EXPECT_FALSE(ParseValueType(""));
  EXPECT_EQ(FixedValueSize(ValueType::kDouble), 8u);
  EXPECT_EQ(FixedValueSize(ValueType::kString), 0u);
  EXPECT_EQ(FixedValueSize(ValueType{200}), 0u);
}

TEST(Value, IntegersAreCutToTheirWidth) {
  EXPECT_EQ(Value::Integer(ValueType::kUInt8, 0x1234).bytes, "\x34");
  EXPECT_EQ(FormatValue(Value::Integer(ValueType::kInt16, static_cast<uint64_t>(-2))), "int16:-2");
}

// Each text is the one that its value is written as.
TEST(ValueText, IsReadBackAsItWasWritten) {
  for (const char* text : {"uint8:0",
                           "uint8:255",
                           "int8:-128",
                           "int8:127",
                           "uint16:65535",
                           "int16:-32768",
                           "uint32:4294967295",
                           "int32:-2147483648",
                           "uint64:18446744073709551615",
                           "int64:-9223372036854775808",
                           "float:0x3f800000",
                           "double:0x3ff0000000000000",
                           "string:\"\"",
                           "string:\"a\\x20b\"",
                           "string:\"*\"",
                           "string:\"a\"*17",
                           "string:\"\\x22\"*99",
                           "binary:00ff",
                           "binary!",
                           "binary:61*512",
                           "unset",
                           "unset!00",
                           "uint32!0a0b",
                           "uint32!",
                           "uint8!00*16777216",
                           "type77!0a0b",
                           "type255!",
                           "type13!61*17"}) {
    const auto value = ParseValue(text);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(FormatValue(*value), text);
  }
}

TEST(ValueText, SaysWhatItSeems) {
  EXPECT_EQ(ParseValue("uint32:7"), Value::Integer(ValueType::kUInt32, 7));
  EXPECT_EQ(ParseValue("string:\"a b\\x00\""), Value::String(std::string_view("a b\0", 4)));
  EXPECT_EQ(ParseValue("string:\"ab\""), Value::String("ab"));
  EXPECT_EQ(ParseValue("string:\"a\"*3"), Value::String("aaa"));
  EXPECT_EQ(ParseValue("binary:"), Value::Binary(""));
  const float one = 1.0F;
  Value as_float{ValueType::kFloat, std::string(sizeof one, '\0')};
  std::memcpy(as_float.bytes.data(), &one, sizeof one);
  EXPECT_EQ(FormatValue(as_float), "float:0x3f800000");
}

TEST(ValueText, IsNothingElse) {
  for (const char* text : {"",
                           "7",
                           "uint32",
                           "uint32:",
                           "uint32:-1",
                           "uint32: 7",
                           "uint32:4294967296",
                           "uint8:256",
                           "int8:128",
                           "uint32:0x7",
                           "uint33:7",
                           "unset:",
                           "unset:1",
                           "float:1.0",
                           "float:0x1",
                           "float:0x3f8000000",
                           "double:0x3f800000",
                           "string:",
                           "string:a",
                           "string:\"",
                           "string:\"a",
                           "string:a\"",
                           "string:\"a\"b\"",
                           "string:\"\\n\"",
                           "string:\"ab\"*3",
                           "string:\"\"*3",
                           "string:\"a\"*",
                           "string:\"a\"*0",
                           "string:\"a\"*-1",
                           "string:\"a\"*16777217",
                           "string:\"a\"*99999999999999999999",
                           "binary:0",
                           "binary:0g",
                           "binary:*3",
                           "binary:6161*3",
                           "type77:00",
                           "type12!00",
                           "type256!00",
                           "type!00",
                           "type-1!00",
                           "!",
                           ":"}) {
    EXPECT_FALSE(ParseValue(text)) << text;
  }
}

RC_GTEST_PROP(ValueText, IsReadBackForEveryValue, ()) {
  const Value value = *GenValue();
  RC_ASSERT(ParseValue(FormatValue(value)) == value);
}

RC_GTEST_PROP(ValueText, IsOneWordForEveryValue, ()) {
  const std::string text = FormatValue(*GenValue());
  RC_ASSERT(text.find_first_of(" ,[]{}#\n") == text.npos);
  RC_ASSERT(!text.ends_with(':'));
}

TEST(TraceValue, IsTheExactTextWhileThatIsShort) {
  EXPECT_EQ(TraceText(Value::String("abc")), "string:\"abc\"");
  EXPECT_EQ(TraceText({ValueType::kUnset, ""}), "unset");
  EXPECT_EQ(TraceText(Value::String(std::string(1 << 20, 'a'))), "string:\"a\"*1048576");
  const std::string longest = std::string(86, 'a') + 'b';
  EXPECT_EQ(TraceText(Value::String(longest)), "string:\"" + longest + '"');
}

TEST(TraceValue, IsAFingerprintWhereTheTextIsLong) {
  EXPECT_EQ(TraceText(Value::String(std::string(87, 'a') + 'b')),
            "string[88]sha256:0093140f48b2a696");
  EXPECT_EQ(TraceText(Value::Binary(std::string(44, 'a') + 'b')),
            "binary[45]sha256:5083e5f167762d18");
}

RC_GTEST_PROP(TraceValue, IsNeverLong, ()) {
  RC_ASSERT(TraceText(*GenValue()).size() <= kLongValue);
}

}  // namespace
}  // namespace cmapsim
