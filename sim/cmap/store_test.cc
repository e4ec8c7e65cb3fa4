#include "sim/cmap/store.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

using std::string_literals::operator""s;  // NOLINT(misc-unused-using-decls)

FirstKey Key(std::string key, Value value, bool read_only = false) {
  return {std::move(key), std::move(value), read_only};
}

const KeyTable& SmallTable() {
  static const KeyTable table(
      {Key("test.b", Value::String("on")), Key("test.a", Value::Integer(ValueType::kUInt8, 1)),
       Key("test", Value::Binary(""), /*read_only=*/true)},
      {"fixed."}, {"alone"});
  return table;
}

std::string KeysOf(const Store& store) {
  std::string keys;
  NodeId node = kRootNode;
  while ((node = store.tree().Next(node, kRootNode)) != kNoNode) {
    keys += std::string(store.KeyOf(node)) + " ";
  }
  return keys;
}

void Set(Store& store, std::string_view key, ValueType type, std::string_view bytes) {
  store.Finish(store.Set(store.Find(key), key, type, bytes));
}

void Delete(Store& store, std::string_view key) {
  store.Finish(store.Unreference(store.Find(key)));
}

std::string BytesOf(const Store& store, std::string_view key) {
  return std::string(store.ValueOf(store.Find(key)).bytes);
}

TEST(KeyTable, IsSortedAsTheMapIterates) {
  const auto& entries = SmallTable().entries();
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].key, "test");
  EXPECT_EQ(entries[1].key, "test.a");
  EXPECT_EQ(entries[2].key, "test.b");
  EXPECT_EQ(entries[2].bytes, "on\0"s) << "as the map holds it";
}

TEST(KeyTable, TakesTheLaterOfTwoEntriesOfOneKey) {
  const KeyTable table({Key("aaa", Value::String("1")), Key("aaa", Value::String("2"))}, {});
  ASSERT_EQ(table.entries().size(), 1u);
  EXPECT_EQ(table.entries()[0].bytes, "2\0"s);
}

TEST(KeyTable, KnowsWhatIsReadOnlyWhetherItExistsOrNot) {
  const KeyTable& table = SmallTable();
  EXPECT_TRUE(table.IsReadOnly("test"));
  EXPECT_FALSE(table.IsReadOnly("test.a"));
  EXPECT_TRUE(table.IsReadOnly("fixed."));
  EXPECT_TRUE(table.IsReadOnly("fixed.x"));
  EXPECT_FALSE(table.IsReadOnly("fixed"));
  EXPECT_TRUE(table.IsReadOnly("alone"));
  EXPECT_FALSE(table.IsReadOnly("alone.x"));
}

TEST(FreshCorosyncKeys, AreThere) {
  const KeyTable& table = FreshCorosyncKeys();
  const Store store(table);
  EXPECT_GT(table.entries().size(), 100u);
  EXPECT_EQ(BytesOf(store, "totem.version"), "\2\0\0\0"s);
  EXPECT_TRUE(table.IsReadOnly("totem.version"));
  EXPECT_TRUE(table.IsReadOnly("totem.crypto_model")) << "read-only without being there";
  EXPECT_FALSE(table.IsReadOnly("test.a"));
  for (const KeyTable::Entry& entry : table.entries()) {
    EXPECT_EQ(BytesOf(store, entry.key), entry.bytes);
  }
}

TEST(Store, BeginsWithTheFirstKeys) {
  const Store store(SmallTable());
  EXPECT_EQ(KeysOf(store), "test test.a test.b ");
  EXPECT_EQ(BytesOf(store, "test.b"), "on\0"s);
  EXPECT_EQ(store.Find("test."), kNoNode);
}

TEST(Store, SaysWhatASetChanged) {
  Store store(SmallTable());
  const Change added = store.Set(kNoNode, "test.c", ValueType::kString, "x");
  EXPECT_EQ(added.event, kTrackAdd);
  EXPECT_EQ(added.key, "test.c");
  EXPECT_EQ(added.new_value.bytes, "x\0"s);
  EXPECT_EQ(added.old_value.type, ValueType::kUnset);
  store.Finish(added);

  const Change modified = store.Set(store.Find("test.a"), "test.a", ValueType::kInt8, "\2");
  EXPECT_EQ(modified.event, kTrackModify);
  EXPECT_EQ(modified.old_value.type, ValueType::kUInt8);
  EXPECT_EQ(modified.old_value.bytes, "\1");
  EXPECT_EQ(modified.new_value.type, ValueType::kInt8);
  store.Finish(modified);
  EXPECT_EQ(KeysOf(store), "test test.a test.b test.c ");
}

TEST(Store, KeepsAKeyUntilItsLastReferenceGoes) {
  Store store(SmallTable());
  const NodeId node = store.Find("test.a");
  store.tree().Reference(node);
  EXPECT_EQ(store.Unreference(node).event, 0);
  EXPECT_EQ(store.Find("test.a"), node);
  const Change deleted = store.Unreference(node);
  EXPECT_EQ(deleted.event, kTrackDelete);
  EXPECT_EQ(deleted.key, "test.a");
  EXPECT_EQ(deleted.old_value.bytes, "\1");
  EXPECT_EQ(deleted.new_value.type, ValueType::kUnset);
  store.Finish(deleted);
  EXPECT_EQ(store.Find("test.a"), kNoNode);
}

TEST(Store, IsNewAfterReset) {
  Store store(SmallTable());
  Set(store, "test.a", ValueType::kUInt8, "\7");
  Set(store, "tes", ValueType::kUInt8, "\7");
  Delete(store, "test.b");
  Delete(store, "test");
  EXPECT_EQ(KeysOf(store), "tes test.a ");
  store.Reset(SmallTable());
  EXPECT_EQ(KeysOf(store), "test test.a test.b ");
  EXPECT_EQ(BytesOf(store, "test.a"), "\1");
}

TEST(Store, TakesOtherFirstKeysAndComesBack) {
  Store store(SmallTable());
  Set(store, "test.c", ValueType::kUInt8, "\7");
  {
    const KeyTable other({Key("other", Value::String("x"))}, {});
    store.Reset(other);
    EXPECT_EQ(KeysOf(store), "other ");
    Set(store, "others", ValueType::kUInt8, "\7");
  }
  // The other table is gone by now.
  EXPECT_EQ(BytesOf(store, "other"), "x\0"s);
  store.Reset(SmallTable());
  EXPECT_EQ(KeysOf(store), "test test.a test.b ");
}

TEST(Store, LeavesTheSharedTableAlone) {
  Store one(SmallTable());
  Store other(SmallTable());
  Set(one, "test.a", ValueType::kUInt8, "\7");
  Delete(one, "test.b");
  EXPECT_EQ(KeysOf(other), "test test.a test.b ");
  EXPECT_EQ(BytesOf(other, "test.a"), "\1");
}

}  // namespace
}  // namespace cmapsim
