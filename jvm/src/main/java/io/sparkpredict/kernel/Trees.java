// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/**
 * Trees as a plan states them: what the kernels' tables are made from, and then let go.
 *
 * <p>A node is a test or a leaf. A test has two children and sends a row left where its number is at
 * most the threshold, or its category in the set.
 */
public final class Trees {
  /** What a test takes for a missing number. */
  public enum Missing {
    /** NaN. */
    NAN,
    /** NaN, and what LightGBM takes for zero. */
    ZERO
  }

  /** Node of each tree's root. */
  public final int[] roots;

  /** For each node the column that it tests, a slot of the block; -1 for a leaf. */
  public final int[] feature;

  /** For each test its threshold; not read for sets. */
  public final double[] threshold;

  /** For each test its left child. */
  public final int[] left;

  /** For each test its right child. */
  public final int[] right;

  /** For each test whether a missing number goes left. */
  public final boolean[] missingLeft;

  /** For each test what it takes for missing. */
  public final Missing[] missing;

  /** For each test its place in {@link #sets}, -1 for a threshold. */
  public final int[] set;

  /** Sets of categories that go left, as bits. */
  public final long[][] sets;

  /** For each leaf where its values start in {@link #values}. */
  public final int[] leaf;

  /** The leaves' values. */
  public final double[] values;

  /** Takes the arrays as they are: they are not changed, nor kept longer than tables are made. */
  public Trees(
      int[] roots,
      int[] feature,
      double[] threshold,
      int[] left,
      int[] right,
      boolean[] missingLeft,
      Missing[] missing,
      int[] set,
      long[][] sets,
      int[] leaf,
      double[] values) {
    this.roots = roots;
    this.feature = feature;
    this.threshold = threshold;
    this.left = left;
    this.right = right;
    this.missingLeft = missingLeft;
    this.missing = missing;
    this.set = set;
    this.sets = sets;
    this.leaf = leaf;
    this.values = values;
  }

  /** The leaves of a subtree; where there are more than {@code most}, a number above it. */
  int leafCount(int root, int most) {
    // Never more on the stack than leaves: a tree may be deeper than Java's own stack bears.
    int[] waiting = new int[most + 2];
    int count = 1;
    waiting[0] = root;
    for (int size = 1; size > 0 && count <= most; ) {
      int node = waiting[--size];
      if (!isLeaf(node)) {
        waiting[size++] = right[node];
        waiting[size++] = left[node];
        count++;
      }
    }
    return count;
  }

  int leafCount() {
    int count = 0;
    for (int column : feature) {
      count += column < 0 ? 1 : 0;
    }
    return count;
  }

  boolean isLeaf(int node) {
    return feature[node] < 0;
  }
}
