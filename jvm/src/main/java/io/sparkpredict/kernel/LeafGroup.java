// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/**
 * Up to eight trees whose leaves are looked up together. Each test comes after its parent, and its
 * children's rows are written behind those of the tests before it. Tests whose children are both
 * leaves, the left one's number even, stand apart: all that matters there is who goes right.
 */
final class LeafGroup {
  static final int TREES = 8;

  private static final WordLoops LOOPS = WordLoops.BEST;

  private final int aTree;
  private final Tests inner;
  private final Tests last;
  private final int[] firstPart; // of each tree and plane, and one more
  private final int[] parts; // where rows stand whose leaves have the plane's bit
  private final long[] firstLeaf; // of each tree, twice in each word, as often as a plane has words
  private final boolean wide;

  /** Tests of several trees. */
  static final class Tests {
    private final int[] first; // of each tree, and one more
    private final int[] source;
    private final int[] vector;
    private final int[] present;

    /**
     * @param first for each tree its first test, and one more
     * @param source for each test the place of the rows that reach it
     * @param vector for each test the place of its vector, the rows that go left
     * @param present the same where no number is missing
     */
    Tests(int[] first, int[] source, int[] vector, int[] present) {
      this.first = first;
      this.source = source;
      this.vector = vector;
      this.present = present;
    }

    private int[] vector(boolean missing) {
      return missing ? vector : present;
    }

    int count(int tree) {
      return first[tree + 1] - first[tree];
    }

    private long bytes() {
      return 4L * (first.length + 3 * source.length);
    }
  }

  /**
   * @param aTree one of them: all add to the same output
   * @param inner tests
   * @param last tests with two leaves, whose rows that go right have the first plane's bit
   * @param firstPart for each tree and plane its first part, and one more
   * @param parts places of rows
   * @param firstLeaf for each tree the place of its first leaf among all
   * @param wide whether a leaf's number takes more than half a byte
   */
  LeafGroup(
      int aTree,
      Tests inner,
      Tests last,
      int[] firstPart,
      int[] parts,
      int[] firstLeaf,
      boolean wide) {
    this.aTree = aTree;
    this.inner = inner;
    this.last = last;
    this.firstPart = firstPart;
    this.parts = parts;
    this.wide = wide;
    this.firstLeaf = new long[LeafNumbers.LENGTH];
    for (int at = 0; at < LeafNumbers.LENGTH; at++) {
      long first = at % TREES < firstLeaf.length ? firstLeaf[at % TREES] : 0;
      this.firstLeaf[at] = first << 32 | first;
    }
  }

  int aTree() {
    return aTree;
  }

  int trees() {
    return inner.first.length - 1;
  }

  Tests inner() {
    return inner;
  }

  Tests last() {
    return last;
  }

  long bytes() {
    return inner.bytes() + last.bytes() + 4L * (firstPart.length + parts.length);
  }

  /**
   * Finds the numbers of the leaves that rows reach.
   *
   * @param missing what {@link RowVectors#fill} said
   */
  void find(long[] bits, long[] reached, boolean missing, LeafNumbers numbers) {
    int all = LeafNumbers.planes(wide);
    int[] innerVector = inner.vector(missing);
    int[] lastVector = last.vector(missing);
    for (int tree = 0; tree < trees(); tree++) {
      LOOPS.divide(inner.source, innerVector, inner.first[tree], inner.first[tree + 1], bits, reached);
      for (int plane = 0; plane < all; plane++) {
        int end = plane == 0 ? last.first[tree + 1] : last.first[tree];
        int list = tree * all + plane;
        LOOPS.unite(
            last.source,
            lastVector,
            last.first[tree],
            end,
            parts,
            firstPart[list],
            firstPart[list + 1],
            bits,
            reached,
            numbers.planes()[plane],
            tree);
      }
    }
    numbers.make(wide, firstLeaf);
  }
}
