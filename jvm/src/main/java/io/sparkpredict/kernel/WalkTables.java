// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** Makes the tables of {@link Walk}: each tree level by level, siblings side by side. */
final class WalkTables {
  private final CodedTrees coded;
  private final Trees trees;
  private final int width;
  private final int[] depths;
  private final int[] typical;
  private final long[] nodes;
  private final int[] leafOf;
  private final double[] values;
  private int leaves;

  private WalkTables(CodedTrees coded, int width) {
    this.coded = coded;
    this.trees = coded.trees;
    this.width = width;
    int count = trees.feature.length;
    depths = new int[trees.roots.length];
    typical = new int[trees.roots.length];
    nodes = new long[count];
    // One value for each leaf is found by the leaf's own place: a load less for each tree and row.
    leafOf = width == 1 ? null : new int[count];
    values = new double[width == 1 ? count : trees.values.length];
  }

  /**
   * @param coded the trees
   * @param width how many values a leaf has
   */
  static Walk of(CodedTrees coded, int width) {
    return new WalkTables(coded, width).make();
  }

  private Walk make() {
    int[] roots = new int[trees.roots.length];
    int[] queue = new int[nodes.length];
    int next = 0;
    for (int tree = 0; tree < roots.length; tree++) {
      roots[tree] = next;
      queue[next] = trees.roots[tree];
      int end = next + 1;
      int level = end;
      int depth = 0;
      long sum = 0;
      int ends = 0;
      for (int at = next; at < end; at++) {
        if (at == level) {
          depth++;
          level = end;
        }
        int node = queue[at];
        if (trees.isLeaf(node)) {
          leaf(at, trees.leaf[node]);
          sum += depth;
          ends++;
        } else {
          nodes[at] = Walk.node(end, coded.code[node], coded.column[node]);
          queue[end++] = trees.left[node];
          queue[end++] = trees.right[node];
        }
      }
      depths[tree] = depth;
      // Of eight rows the last one arrives later than the mean of the leaves, mostly.
      typical[tree] = (int) Math.min(depth, sum / ends + 2);
      next = end;
    }
    return new Walk(coded.columns, roots, depths, typical, nodes, leafOf, values);
  }

  private void leaf(int at, int first) {
    nodes[at] = Walk.node(at, Coding.MOST, 0);
    if (leafOf == null) {
      values[at] = trees.values[first];
    } else {
      leafOf[at] = leaves;
      System.arraycopy(trees.values, first, values, leaves * width, width);
      leaves++;
    }
  }
}
