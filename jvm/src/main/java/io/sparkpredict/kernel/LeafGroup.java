// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/**
 * Up to eight trees whose leaves are looked up together. Each test comes after its parent, and its
 * children's rows are written behind those of the tests before it. Tests whose children are both
 * leaves, the left one's number even, stand apart: all that matters there is who goes right.
 */
final class LeafGroup {
  static final int TREES = 8;

  private static final int WORDS = RowVectors.WORDS;

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
      divide(inner.source, innerVector, inner.first[tree], inner.first[tree + 1], bits, reached);
      for (int plane = 0; plane < all; plane++) {
        int end = plane == 0 ? last.first[tree + 1] : last.first[tree];
        int list = tree * all + plane;
        unite(
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

  /** Sends the rows that reach a test to its children. */
  private static void divide(
      int[] source, int[] vector, int from, int end, long[] bits, long[] reached) {
    int left = WORDS;
    for (int test = from; test < end; test++, left += 2 * WORDS) {
      int at = source[test];
      int by = vector[test];
      int right = left + WORDS;
      long r0 = reached[at];
      long l0 = r0 & bits[by];
      reached[left] = l0;
      reached[right] = r0 ^ l0;
      long r1 = reached[at + 1];
      long l1 = r1 & bits[by + 1];
      reached[left + 1] = l1;
      reached[right + 1] = r1 ^ l1;
      long r2 = reached[at + 2];
      long l2 = r2 & bits[by + 2];
      reached[left + 2] = l2;
      reached[right + 2] = r2 ^ l2;
      long r3 = reached[at + 3];
      long l3 = r3 & bits[by + 3];
      reached[left + 3] = l3;
      reached[right + 3] = r3 ^ l3;
      long r4 = reached[at + 4];
      long l4 = r4 & bits[by + 4];
      reached[left + 4] = l4;
      reached[right + 4] = r4 ^ l4;
      long r5 = reached[at + 5];
      long l5 = r5 & bits[by + 5];
      reached[left + 5] = l5;
      reached[right + 5] = r5 ^ l5;
      long r6 = reached[at + 6];
      long l6 = r6 & bits[by + 6];
      reached[left + 6] = l6;
      reached[right + 6] = r6 ^ l6;
      long r7 = reached[at + 7];
      long l7 = r7 & bits[by + 7];
      reached[left + 7] = l7;
      reached[right + 7] = r7 ^ l7;
    }
  }

  private static void unite(
      int[] source,
      int[] vector,
      int fromTest,
      int endTest,
      int[] parts,
      int fromPart,
      int endPart,
      long[] bits,
      long[] reached,
      long[] out,
      int to) {
    long b0 = 0;
    long b1 = 0;
    long b2 = 0;
    long b3 = 0;
    long b4 = 0;
    long b5 = 0;
    long b6 = 0;
    long b7 = 0;
    for (int test = fromTest; test < endTest; test++) {
      int at = source[test];
      int by = vector[test];
      b0 |= reached[at] & ~bits[by];
      b1 |= reached[at + 1] & ~bits[by + 1];
      b2 |= reached[at + 2] & ~bits[by + 2];
      b3 |= reached[at + 3] & ~bits[by + 3];
      b4 |= reached[at + 4] & ~bits[by + 4];
      b5 |= reached[at + 5] & ~bits[by + 5];
      b6 |= reached[at + 6] & ~bits[by + 6];
      b7 |= reached[at + 7] & ~bits[by + 7];
    }
    for (int part = fromPart; part < endPart; part++) {
      int at = parts[part];
      b0 |= reached[at];
      b1 |= reached[at + 1];
      b2 |= reached[at + 2];
      b3 |= reached[at + 3];
      b4 |= reached[at + 4];
      b5 |= reached[at + 5];
      b6 |= reached[at + 6];
      b7 |= reached[at + 7];
    }
    out[to] = b0;
    out[to + TREES] = b1;
    out[to + 2 * TREES] = b2;
    out[to + 3 * TREES] = b3;
    out[to + 4 * TREES] = b4;
    out[to + 5 * TREES] = b5;
    out[to + 6 * TREES] = b6;
    out[to + 7 * TREES] = b7;
  }
}
