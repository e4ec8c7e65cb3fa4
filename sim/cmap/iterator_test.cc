#include "sim/cmap/iterator.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

class IteratorTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* key : {"test.a", "test.ab", "test.c", "zzz"}) Put(key);
  }

  void Put(std::string_view key) {
    store_.Finish(store_.Set(store_.Find(key), key, ValueType::kUInt8, "\1"));
  }

  // The next key; what was deleted by moving on goes to deleted_.
  std::string Next(IteratorId id) {
    const IteratorTable::Step step = iterators_.Next(store_, id);
    std::string key(step.node == kNoNode ? "end" : store_.KeyOf(step.node));
    End(step.left);
    return key;
  }

  void Delete(std::string_view key) { End(store_.Unreference(store_.Find(key))); }

  void End(const Change& change) {
    if (change.event == 0) return;
    deleted_ += std::string(change.key) + " ";
    store_.Finish(change);
  }

  std::string Rest(IteratorId id) {
    std::string keys;
    for (std::string key; (key = Next(id)) != "end";) keys += key + " ";
    return keys;
  }

  KeyTable none_{{}, {}};
  Store store_{none_};
  IteratorTable iterators_;
  std::string deleted_;
};

TEST_F(IteratorTest, GoesOverAllKeysInOrder) {
  EXPECT_EQ(Rest(iterators_.Add()), "test.a test.ab test.c zzz ");
}

TEST_F(IteratorTest, GoesOverTheKeysWithItsPrefixTheShortestFirst) {
  EXPECT_EQ(Rest(iterators_.Add("test.")), "test.a test.ab test.c ");
  EXPECT_EQ(Rest(iterators_.Add("test.a")), "test.a test.ab ");
  EXPECT_EQ(Rest(iterators_.Add("te")), "test.a test.ab test.c ");
  EXPECT_EQ(Rest(iterators_.Add("testing")), "");
  EXPECT_EQ(Rest(iterators_.Add("")), "") << "a prefix that is only empty up to its NUL";
}

TEST_F(IteratorTest, StaysAtTheEnd) {
  const IteratorId id = iterators_.Add("zzz");
  EXPECT_EQ(Rest(id), "zzz ");
  Put("zzzz");
  EXPECT_EQ(Next(id), "end");
}

TEST_F(IteratorTest, LooksItsPrefixUpAtTheFirstStep) {
  const IteratorId id = iterators_.Add("new.");
  Put("new.a");
  EXPECT_EQ(Rest(id), "new.a ");
}

TEST_F(IteratorTest, SeesWhatIsAddedBehindItAndNotBefore) {
  const IteratorId id = iterators_.Add();
  EXPECT_EQ(Next(id), "test.a");
  EXPECT_EQ(Next(id), "test.ab");
  Put("test.aa");
  Put("test.b");
  EXPECT_EQ(Rest(id), "test.b test.c zzz ");
}

TEST_F(IteratorTest, KeepsADeletedKeyUntilItMovesOn) {
  const IteratorId id = iterators_.Add();
  EXPECT_EQ(Next(id), "test.a");
  Delete("test.a");
  EXPECT_EQ(deleted_, "");
  EXPECT_NE(store_.Find("test.a"), kNoNode);
  EXPECT_EQ(Next(id), "test.ab");
  EXPECT_EQ(deleted_, "test.a ");
  EXPECT_EQ(store_.Find("test.a"), kNoNode);
}

TEST_F(IteratorTest, KeepsADeletedKeyUntilItIsRemoved) {
  const IteratorId id = iterators_.Add();
  EXPECT_EQ(Next(id), "test.a");
  Delete("test.a");
  End(iterators_.Remove(store_, id));
  EXPECT_EQ(deleted_, "test.a ");
}

TEST_F(IteratorTest, MakesADeletedKeyThatIsSetMeanwhileGoAllTheSame) {
  const IteratorId id = iterators_.Add();
  EXPECT_EQ(Next(id), "test.a");
  Delete("test.a");
  Put("test.a");
  EXPECT_EQ(Next(id), "test.ab");
  EXPECT_EQ(deleted_, "test.a ");
  EXPECT_EQ(store_.Find("test.a"), kNoNode);
}

TEST_F(IteratorTest, GivesAKeyTwiceThatWasSplitUnderItWhichThenOutlivesADeletion) {
  const IteratorId id = iterators_.Add("zz");
  EXPECT_EQ(Next(id), "zzz");
  Put("zzy");
  EXPECT_EQ(Rest(id), "zzy zzz ");
  Delete("zzz");
  EXPECT_NE(store_.Find("zzz"), kNoNode);
  EXPECT_EQ(deleted_, "");
  Delete("zzz");
  EXPECT_EQ(deleted_, "zzz ");
}

TEST_F(IteratorTest, LeavesItsPrefixWhereTheNodeOfThatWasSplit) {
  Put("dir.aab");
  const IteratorId id = iterators_.Add("dir.aa");
  EXPECT_EQ(Next(id), "dir.aab");
  Put("dir.abc");
  EXPECT_EQ(Rest(id), "dir.aab dir.abc ");
}

TEST_F(IteratorTest, GoesOnAfterItsKeyWasDeletedTwice) {
  const IteratorId id = iterators_.Add();
  EXPECT_EQ(Next(id), "test.a");
  EXPECT_EQ(Next(id), "test.ab");
  Delete("test.ab");
  Delete("test.ab");
  EXPECT_EQ(deleted_, "test.ab ");
  EXPECT_EQ(store_.tree().releases_under_iterator(), 1);
  EXPECT_EQ(Rest(id), "test.c zzz ");
  EXPECT_EQ(store_.tree().Find("test.ab"), kNoNode);
}

}  // namespace
}  // namespace cmapsim
