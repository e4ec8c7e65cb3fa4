#include "sim/cmap/key_tree.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace cmapsim {
namespace {

// A key with a value, held by the map.
NodeId Put(KeyTree& tree, std::string_view key, int32_t item = 1) {
  const NodeId node = tree.Insert(key);
  if (tree.At(node).item == kNoItem) tree.Reference(node);
  tree.Edit(node).item = item;
  return node;
}

void Remove(KeyTree& tree, NodeId node) {
  ASSERT_TRUE(tree.Unreference(node));
  tree.Edit(node).item = kNoItem;
  tree.Release(node);
}

size_t NodesBelow(const KeyTree& tree, NodeId node) {
  size_t count = 0;
  for (NodeId child = tree.At(node).first_child; child != kNoNode;
       child = tree.At(child).next_sibling) {
    count += 1 + NodesBelow(tree, child);
  }
  return count;
}

TEST(KeyTree, FindsExactlyTheInsertedKeys) {
  KeyTree tree;
  const NodeId abc = tree.Insert("abc");
  EXPECT_EQ(tree.Find("abc"), abc);
  EXPECT_EQ(tree.Find("ab"), kNoNode);
  EXPECT_EQ(tree.Find("abcd"), kNoNode);
  EXPECT_EQ(tree.Find("b"), kNoNode);
  EXPECT_EQ(tree.Find(""), kNoNode);
}

TEST(KeyTree, FindsTheNodeInWhichAPrefixEnds) {
  KeyTree tree;
  const NodeId abc = tree.Insert("abc");
  EXPECT_EQ(tree.FindPrefix("a"), abc);
  EXPECT_EQ(tree.FindPrefix("ab"), abc);
  EXPECT_EQ(tree.FindPrefix("b"), kNoNode);
  EXPECT_EQ(tree.FindPrefix("abcd"), kNoNode);
  const NodeId abd = tree.Insert("abd");
  EXPECT_EQ(tree.FindPrefix("ab"), tree.At(abd).parent);
}

TEST(KeyTree, SplittingMovesTheValueDownAndLeavesIteratorsBehind) {
  KeyTree tree;
  const NodeId upper = Put(tree, "abc", 7);
  tree.Reference(upper);
  tree.Stand(upper);
  tree.Edit(upper).first_tracker = 3;
  tree.Insert("abd");

  const NodeId lower = tree.Find("abc");
  ASSERT_NE(lower, upper);
  EXPECT_EQ(tree.At(lower).parent, upper);
  EXPECT_EQ(tree.At(lower).item, 7);
  EXPECT_EQ(tree.At(lower).references, 2);
  EXPECT_EQ(tree.At(lower).first_tracker, 3);
  EXPECT_EQ(tree.At(lower).standing, 0);
  EXPECT_FALSE(tree.At(upper).alive());
  EXPECT_EQ(tree.At(upper).first_tracker, kNoTracker);
  EXPECT_EQ(tree.At(upper).standing, 1);
}

TEST(KeyTree, SplittingKeepsWhatIsBelow) {
  KeyTree tree;
  Put(tree, "abcd");
  Put(tree, "abcd.e");
  Put(tree, "ab");
  EXPECT_NE(tree.Find("abcd"), kNoNode);
  EXPECT_NE(tree.Find("abcd.e"), kNoNode);
}

TEST(KeyTree, ReleasesANodeWithAllAboveThatServeNothing) {
  KeyTree tree;
  Put(tree, "a.b.c");
  const NodeId other = Put(tree, "a.x");
  Remove(tree, tree.Find("a.b.c"));
  EXPECT_EQ(NodesBelow(tree, kRootNode), 2u) << "a. and x";
  Remove(tree, other);
  EXPECT_EQ(NodesBelow(tree, kRootNode), 0u);
}

TEST(KeyTree, NeverReleasesANodeMadeForAKeyThatEndedInATail) {
  KeyTree tree;
  Put(tree, "abc");
  Put(tree, "ab");
  Remove(tree, tree.Find("abc"));
  Remove(tree, tree.Find("ab"));
  EXPECT_NE(tree.Find("ab"), kNoNode);
  EXPECT_FALSE(tree.At(tree.Find("ab")).alive());
}

TEST(KeyTree, KeepsANodeUnderAnIteratorAndCountsThat) {
  KeyTree tree;
  const NodeId node = Put(tree, "abc");
  tree.Stand(node);
  Remove(tree, node);
  EXPECT_EQ(tree.releases_under_iterator(), 1);
  EXPECT_EQ(tree.Find("abc"), node);
  tree.Leave(node);
  tree.Release(node);
  EXPECT_EQ(tree.Find("abc"), kNoNode);
}

TEST(KeyTree, SkipsNodesThatAreNotAlive) {
  KeyTree tree;
  const NodeId a = Put(tree, "a");
  tree.Insert("a.b");
  const NodeId c = Put(tree, "a.b.c");
  EXPECT_EQ(tree.Next(kRootNode, kRootNode), a);
  EXPECT_EQ(tree.Next(a, kRootNode), c);
  EXPECT_EQ(tree.Next(c, kRootNode), kNoNode);
}

// ----- properties -----

const auto kKeys =
    rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf<std::string>("ab.")));
using Keys = std::map<std::string, int32_t>;

std::vector<int32_t> ItemsBelow(const KeyTree& tree, NodeId root) {
  std::vector<int32_t> items;
  if (root == kNoNode) return items;
  NodeId node = tree.At(root).alive() ? root : tree.Next(root, root);
  for (; node != kNoNode; node = tree.Next(node, root)) items.push_back(tree.At(node).item);
  return items;
}

std::vector<int32_t> ItemsWithPrefix(const Keys& keys, const std::string& prefix) {
  std::vector<int32_t> items;
  for (const auto& [key, item] : keys) {
    if (key.compare(0, prefix.size(), prefix) == 0) items.push_back(item);
  }
  return items;
}

// Inserts and removes at random; each key's item is its turn.
Keys Churn(KeyTree& tree, const std::vector<std::pair<bool, std::string>>& turns, Keys keys = {}) {
  int32_t turn = static_cast<int32_t>(keys.size());
  for (const auto& [insert, key] : turns) {
    if (insert) {
      Put(tree, key, ++turn);
      keys[key] = turn;
    } else if (keys.erase(key) > 0) {
      Remove(tree, tree.Find(key));
    }
  }
  return keys;
}

rc::Gen<std::vector<std::pair<bool, std::string>>> Turns() {
  return rc::gen::container<std::vector<std::pair<bool, std::string>>>(
      rc::gen::pair(rc::gen::weightedElement<bool>({{2, true}, {1, false}}), kKeys));
}

RC_GTEST_PROP(KeyTreeProperty, HoldsTheSameKeysInTheSameOrderAsASortedMap, ()) {
  KeyTree tree;
  const Keys keys = Churn(tree, *Turns());
  RC_ASSERT(ItemsBelow(tree, kRootNode) == ItemsWithPrefix(keys, ""));
  const std::string prefix = *kKeys;
  RC_ASSERT(ItemsBelow(tree, tree.FindPrefix(prefix)) == ItemsWithPrefix(keys, prefix));
}

RC_GTEST_PROP(KeyTreeProperty, IsAsItWasAfterReset, ()) {
  KeyTree first;
  const Keys keys = Churn(first, *Turns());
  const KeyTree::Image image = first.Copy();
  KeyTree tree;
  tree.Reset(image);
  for (int round = 0; round < 3; ++round) {
    const size_t nodes = NodesBelow(tree, kRootNode);
    Churn(tree, *Turns(), keys);
    tree.Reset(image);
    RC_ASSERT(ItemsBelow(tree, kRootNode) == ItemsWithPrefix(keys, ""));
    RC_ASSERT(NodesBelow(tree, kRootNode) == nodes);
  }
}

}  // namespace
}  // namespace cmapsim
