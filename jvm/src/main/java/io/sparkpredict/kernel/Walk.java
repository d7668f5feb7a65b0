// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/**
 * Finds leaves by walking from the root, eight rows side by side, tree by tree: a tree stays in the
 * cache while a block of rows passes, so large forests want large blocks. For trees with more leaves
 * than masks are good for.
 *
 * <p>Siblings stand side by side and a step adds the sign of a difference to the place of the left
 * one: no branch depends on the data. A leaf leads to itself, so that the
 * eight take their steps together, and stop when all have arrived.
 */
final class Walk extends ForestKernel {
  // Measured on one core: nanoseconds for a step of a row, by where the tables fit.
  private static final double STEP = 1.5;
  private static final double FAR_STEP = 1.6;
  private static final double TREE = 1.5;
  private static final int CHUNK = 3;
  private static final long NEAR = 1L << 21;
  private static final long LARGE = 1L << 24;

  private final CodeColumns columns;
  private final int[] roots;
  private final int[] depths;
  private final int[] typical; // steps after which it is worth asking whether all eight have arrived
  private final long[] nodes;
  private final int[] leafOf; // null where a node's place is that of its values
  private final double[] values;

  Walk(
      CodeColumns columns,
      int[] roots,
      int[] depths,
      int[] typical,
      long[] nodes,
      int[] leafOf,
      double[] values) {
    this.columns = columns;
    this.roots = roots;
    this.depths = depths;
    this.typical = typical;
    this.nodes = nodes;
    this.leafOf = leafOf;
    this.values = values;
  }

  @Override
  void score(Block block, LeafValues sums) {
    int rows = block.rows();
    int[] leaves = block.ints;
    columns.intoGrid(block, block.grid);
    int group = columns.count() * Block.GROUP;
    for (int tree = 0; tree < roots.length; tree++) {
      walk(
          nodes,
          roots[tree],
          depths[tree],
          typical[tree],
          block.grid,
          group,
          rows,
          leaves);
      if (leafOf != null) {
        for (int i = 0; i < rows; i++) {
          leaves[i] = leafOf[leaves[i]];
        }
      }
      sums.add(tree, block, leaves, values);
    }
  }

  private static void walk(
      long[] nodes,
      int root,
      int depth,
      int typical,
      char[] grid,
      int group,
      int rows,
      int[] leaves) {
    for (int row = 0, at = 0; row < rows; row += Block.GROUP, at += group) {
      int p0 = root;
      int p1 = root;
      int p2 = root;
      int p3 = root;
      int p4 = root;
      int p5 = root;
      int p6 = root;
      int p7 = root;
      int step = 0;
      int until = typical;
      while (true) {
        for (; step < until; step++) {
          p0 = next(nodes[p0], grid, at);
          p1 = next(nodes[p1], grid, at + 1);
          p2 = next(nodes[p2], grid, at + 2);
          p3 = next(nodes[p3], grid, at + 3);
          p4 = next(nodes[p4], grid, at + 4);
          p5 = next(nodes[p5], grid, at + 5);
          p6 = next(nodes[p6], grid, at + 6);
          p7 = next(nodes[p7], grid, at + 7);
        }
        int moves =
            (leftOf(nodes[p0]) ^ p0)
                | (leftOf(nodes[p1]) ^ p1)
                | (leftOf(nodes[p2]) ^ p2)
                | (leftOf(nodes[p3]) ^ p3)
                | (leftOf(nodes[p4]) ^ p4)
                | (leftOf(nodes[p5]) ^ p5)
                | (leftOf(nodes[p6]) ^ p6)
                | (leftOf(nodes[p7]) ^ p7);
        if (moves == 0 || until == depth) {
          break;
        }
        until = Math.min(until + CHUNK, depth);
      }
      leaves[row] = p0;
      leaves[row + 1] = p1;
      leaves[row + 2] = p2;
      leaves[row + 3] = p3;
      leaves[row + 4] = p4;
      leaves[row + 5] = p5;
      leaves[row + 6] = p6;
      leaves[row + 7] = p7;
    }
  }

  /** The child that a row goes to: the left one's place, and one more where its code is larger. */
  private static int next(long node, char[] grid, int at) {
    int test = (int) node;
    return leftOf(node) + ((test >>> 16) - grid[at + ((test & 0xffff) << 3)] >>> 31);
  }

  private static int leftOf(long node) {
    return (int) (node >>> 32);
  }

  /**
   * @param left place of the left child; a leaf's own for a leaf
   * @param code what a row's code is compared with
   * @param column that it compares
   */
  static long node(int left, int code, int column) {
    return (long) left << 32 | (long) code << 16 | column;
  }

  @Override
  String name() {
    return "walk";
  }

  @Override
  double cost() {
    double step = bytes() <= NEAR ? STEP : FAR_STEP;
    double sum = columns.cost();
    for (int tree = 0; tree < depths.length; tree++) {
      sum += TREE + step * (typical[tree] + depths[tree]) / 2;
    }
    return sum;
  }

  @Override
  int blockRows() {
    long bytes = bytes();
    return bytes <= NEAR ? 1024 : bytes <= LARGE ? 4096 : 16384;
  }

  @Override
  long bytes() {
    long leafPlaces = leafOf == null ? 0 : leafOf.length;
    return columns.bytes()
        + 8L * nodes.length
        + 4L * (leafPlaces + 3 * roots.length)
        + 8L * values.length;
  }

  @Override
  Space space() {
    return Space.ofGrid(columns.count());
  }
}
