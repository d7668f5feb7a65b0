// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes the tables of {@link RowBits}: numbers tests and leaves, eight trees at a time. */
final class RowBitsTables {
  private static final int WORDS = RowVectors.WORDS;

  private final CodedTrees coded;
  private final Trees trees;
  private final LeafValues sums;
  private final int[] leafCounts; // of each tree
  private final RowVectors vectors;
  private double[] values;
  private int leaves;

  // of the group under way
  private final TestList inner = new TestList();
  private final TestList last = new TestList();
  private final Ints parts = new Ints();

  // of the tree under way
  private final Ints[] planes = new Ints[LeafNumbers.PLANES]; // for each the places of its parts
  private int treeTests;
  private int treeLeaves;
  private boolean even;

  private RowBitsTables(CodedTrees coded, LeafValues sums, int[] leafCounts) {
    this.leafCounts = leafCounts;
    this.coded = coded;
    this.trees = coded.trees;
    this.sums = sums;
    vectors = new RowVectors(coded.columns);
    values = new double[trees.leafCount() * sums.width()];
    Arrays.setAll(planes, plane -> new Ints());
  }

  /**
   * @param coded the trees
   * @param sums what their leaves are added up to
   * @return the kernel; null where a tree has too many leaves for it, or the forest too many
   *     thresholds
   */
  static RowBits of(CodedTrees coded, LeafValues sums) {
    int[] roots = coded.trees.roots;
    int[] counts = new int[roots.length];
    for (int tree = 0; tree < roots.length; tree++) {
      counts[tree] = coded.trees.leafCount(roots[tree], RowBits.MOST_LEAVES);
      if (counts[tree] > RowBits.MOST_LEAVES) {
        return null;
      }
    }
    RowBitsTables tables = new RowBitsTables(coded, sums, counts);
    return 8L * WORDS * tables.vectors.count() > RowBits.MOST_BYTES ? null : tables.make();
  }

  private RowBits make() {
    List<LeafGroup> groups = new ArrayList<>();
    for (int[] ofOutput : sums.byOutput(trees.roots.length)) {
      for (int first = 0; first < ofOutput.length; first += LeafGroup.TREES) {
        int end = Math.min(first + LeafGroup.TREES, ofOutput.length);
        groups.add(group(Arrays.copyOfRange(ofOutput, first, end)));
      }
    }
    double[] used = Arrays.copyOf(values, leaves * sums.width());
    return new RowBits(vectors, groups.toArray(new LeafGroup[0]), used);
  }

  private LeafGroup group(int[] members) {
    boolean wide = false;
    for (int tree : members) {
      wide |= leafCounts[tree] > 1 << LeafNumbers.planes(false);
    }
    int all = LeafNumbers.planes(wide);
    int[] firstInner = new int[members.length + 1];
    int[] firstLast = new int[members.length + 1];
    int[] firstPart = new int[members.length * all + 1];
    int[] firstLeaf = new int[members.length];
    for (int at = 0; at < members.length; at++) {
      firstLeaf[at] = leaves;
      tree(members[at], 1 << all);
      firstInner[at + 1] = inner.sources.size();
      firstLast[at + 1] = last.sources.size();
      for (int plane = 0; plane < all; plane++) {
        parts.addAll(planes[plane]);
        firstPart[at * all + plane + 1] = parts.size();
      }
    }
    return new LeafGroup(
        members[0],
        inner.taken(firstInner),
        last.taken(firstLast),
        firstPart,
        parts.taken(),
        firstLeaf,
        wide);
  }

  private void tree(int tree, int most) {
    for (Ints plane : planes) {
      plane.clear();
    }
    treeTests = 0;
    treeLeaves = 0;
    // A number may be left out before two leaves of one test, so that the first is even.
    even = 3 * leafCounts[tree] <= 2 * most;
    number(trees.roots[tree], 0);
    leaves += treeLeaves;
  }

  /**
   * Lists a subtree, and numbers its leaves on.
   *
   * @param place where the rows that reach it stand, in vectors from the tree's root on
   * @return its first leaf's number
   */
  private int number(int node, int place) {
    if (trees.isLeaf(node)) {
      return leaf(node);
    }
    if (trees.isLeaf(trees.left[node]) && trees.isLeaf(trees.right[node])) {
      treeLeaves += even ? treeLeaves & 1 : 0;
      if ((treeLeaves & 1) == 0) {
        last.add(place, node);
        leaf(trees.left[node]);
        return leaf(trees.right[node]) - 1;
      }
    }
    inner.add(place, node);
    int left = 2 * treeTests++ + 1;
    int from = number(trees.left[node], left);
    int leftEnd = treeLeaves;
    int right = number(trees.right[node], left + 1);
    addTo(left, from, leftEnd, from, treeLeaves);
    addTo(left + 1, right, treeLeaves, from, treeLeaves);
    return from;
  }

  private int leaf(int node) {
    int at = (leaves + treeLeaves) * sums.width();
    if (at + sums.width() > values.length) {
      values = Arrays.copyOf(values, 2 * (at + sums.width()));
    }
    System.arraycopy(trees.values, trees.leaf[node], values, at, sums.width());
    return treeLeaves++;
  }

  /** Notes the planes that hold all numbers of a child, but not all of its parent's. */
  private void addTo(int place, int from, int end, int parentFrom, int parentEnd) {
    for (int plane = 0; plane < LeafNumbers.PLANES; plane++) {
      if (allIn(plane, from, end) && !allIn(plane, parentFrom, parentEnd)) {
        planes[plane].add(place * WORDS);
      }
    }
  }

  private static boolean allIn(int plane, int from, int end) {
    return (from >> plane & 1) == 1 && from >> plane == end - 1 >> plane;
  }

  /** Tests of the group under way. */
  private final class TestList {
    private final Ints sources = new Ints();
    private final Ints all = new Ints();
    private final Ints present = new Ints();

    void add(int place, int node) {
      int column = coded.column[node];
      int code = coded.code[node];
      sources.add(place * WORDS);
      all.add(vectors.of(column, code) * WORDS);
      present.add(vectors.ofPresent(column, code) * WORDS);
    }

    LeafGroup.Tests taken(int[] first) {
      return new LeafGroup.Tests(first, sources.taken(), all.taken(), present.taken());
    }
  }

  /** A list that grows. */
  private static final class Ints {
    private int[] values = new int[64];
    private int size;

    int size() {
      return size;
    }

    void clear() {
      size = 0;
    }

    void add(int value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    void addAll(Ints others) {
      for (int at = 0; at < others.size; at++) {
        add(others.values[at]);
      }
    }

    /** What is in it; it is empty then. */
    int[] taken() {
      int[] all = Arrays.copyOf(values, size);
      size = 0;
      return all;
    }
  }
}
