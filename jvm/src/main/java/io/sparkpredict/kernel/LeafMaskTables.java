// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.util.Arrays;

/** Makes the tables of {@link LeafMasks}: numbers each tree's leaves and lists its tests by word. */
final class LeafMaskTables {
  private final CodedTrees coded;
  private final Trees trees;
  private final int width;

  // of the tree under way, in the order of a walk from left to right
  private int[] test = new int[64];
  private int[] from = new int[64];
  private int[] to = new int[64];
  private int tests;
  private int treeLeaves;

  private int[] column = new int[1024];
  private int[] above = new int[1024];
  private int[] kept = new int[1024];
  private int made;
  private int[] firstTest = new int[64];
  private int words;
  private double[] values = new double[1024];
  private int leaves;

  private LeafMaskTables(CodedTrees coded, int width) {
    this.coded = coded;
    this.trees = coded.trees;
    this.width = width;
  }

  /**
   * @param coded the trees
   * @param width how many values a leaf has
   */
  static LeafMasks of(CodedTrees coded, int width) {
    return new LeafMaskTables(coded, width).make();
  }

  private LeafMasks make() {
    int count = trees.roots.length;
    int[] firstWord = new int[count + 1];
    int[] firstLeaf = new int[count];
    for (int tree = 0; tree < count; tree++) {
      firstLeaf[tree] = leaves;
      tests = 0;
      treeLeaves = 0;
      number(trees.roots[tree]);
      for (int low = 0; low < treeLeaves; low += LeafMasks.LEAVES) {
        addWord(low);
      }
      firstWord[tree + 1] = words;
      leaves += treeLeaves;
    }
    firstTest = Arrays.copyOf(firstTest, words + 1);
    firstTest[words] = made;
    return new LeafMasks(
        coded.columns,
        firstWord,
        firstTest,
        Arrays.copyOf(column, made),
        Arrays.copyOf(above, made),
        Arrays.copyOf(kept, made),
        firstLeaf,
        Arrays.copyOf(values, leaves * width));
  }

  /** Lists a subtree's tests, each with the leaves of its left side. */
  private void number(int node) {
    if (trees.isLeaf(node)) {
      addLeaf(trees.leaf[node]);
      return;
    }
    int at = tests++;
    if (at == test.length) {
      test = Arrays.copyOf(test, 2 * at);
      from = Arrays.copyOf(from, 2 * at);
      to = Arrays.copyOf(to, 2 * at);
    }
    test[at] = node;
    from[at] = treeLeaves;
    number(trees.left[node]);
    to[at] = treeLeaves;
    number(trees.right[node]);
  }

  private void addLeaf(int first) {
    int at = (leaves + treeLeaves) * width;
    if (at + width > values.length) {
      values = Arrays.copyOf(values, Math.max(at + width, 2 * values.length));
    }
    System.arraycopy(trees.values, first, values, at, width);
    treeLeaves++;
  }

  /** Adds the tests that take leaves out of one word, by column: neighbours then share its codes. */
  private void addWord(int low) {
    if (words + 1 >= firstTest.length) {
      firstTest = Arrays.copyOf(firstTest, 2 * firstTest.length);
    }
    firstTest[words++] = made;
    long[] order = new long[tests];
    int found = 0;
    for (int at = 0; at < tests; at++) {
      if (from[at] < low + LeafMasks.LEAVES && to[at] > low) {
        order[found++] = (long) coded.column[test[at]] << 32 | at;
      }
    }
    Arrays.sort(order, 0, found);
    for (int k = 0; k < found; k++) {
      addTest((int) order[k], low);
    }
  }

  private void addTest(int at, int low) {
    if (made == column.length) {
      column = Arrays.copyOf(column, 2 * made);
      above = Arrays.copyOf(above, 2 * made);
      kept = Arrays.copyOf(kept, 2 * made);
    }
    int first = Math.max(from[at], low) - low;
    int last = Math.min(to[at], low + LeafMasks.LEAVES) - low;
    column[made] = coded.column[test[at]];
    above[made] = coded.code[test[at]] + 1;
    kept[made] = ~(int) ((1L << last) - (1L << first));
    made++;
  }
}
