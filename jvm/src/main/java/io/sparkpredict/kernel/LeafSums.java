// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** The loops that add leaves' values to rows' sums, each row's in the order of the trees. */
final class LeafSums {
  private static final int HALF = RowVectors.ROWS / 2;

  private LeafSums() {}

  static void addOne(double[] sums, int[] leaves, double[] values, int rows) {
    for (int i = 0; i < rows; i++) {
      sums[i] += values[leaves[i]];
    }
  }

  static void addDouble(
      double[] sums, int[] leaves, double[] values, int width, int k, int rows) {
    for (int i = 0; i < rows; i++) {
      sums[i] += values[leaves[i] * width + k];
    }
  }

  /** The sum of two floats, rounded from the exact sum of doubles, is the float sum. */
  static void addSingle(
      double[] sums, int[] leaves, double[] values, int width, int k, int rows) {
    for (int i = 0; i < rows; i++) {
      sums[i] = (float) (sums[i] + values[leaves[i] * width + k]);
    }
  }

  /** Adds eight trees' values, one for each leaf. */
  static void addEight(double[] sums, int from, long[][] pairs, double[] values) {
    for (int p = 0; p < LeafNumbers.PAIRS; p++) {
      addEight(sums, from + RowVectors.WORDS * p, pairs[p], values);
    }
  }

  private static void addEight(double[] sums, int from, long[] leaves, double[] values) {
    for (int i = 0; i < RowVectors.WORDS; i++) {
      int at = LeafGroup.TREES * i;
      long p0 = leaves[at];
      long p1 = leaves[at + 1];
      long p2 = leaves[at + 2];
      long p3 = leaves[at + 3];
      long p4 = leaves[at + 4];
      long p5 = leaves[at + 5];
      long p6 = leaves[at + 6];
      long p7 = leaves[at + 7];
      double low = sums[from + i] + values[(int) p0];
      double high = sums[from + HALF + i] + values[(int) (p0 >>> 32)];
      low += values[(int) p1];
      high += values[(int) (p1 >>> 32)];
      low += values[(int) p2];
      high += values[(int) (p2 >>> 32)];
      low += values[(int) p3];
      high += values[(int) (p3 >>> 32)];
      low += values[(int) p4];
      high += values[(int) (p4 >>> 32)];
      low += values[(int) p5];
      high += values[(int) (p5 >>> 32)];
      low += values[(int) p6];
      high += values[(int) (p6 >>> 32)];
      sums[from + i] = low + values[(int) p7];
      sums[from + HALF + i] = high + values[(int) (p7 >>> 32)];
    }
  }

  /** As {@link #addEight}, of floats: see {@link #addSingle}. */
  static void addEightSingle(double[] sums, int from, long[][] pairs, double[] values) {
    for (int p = 0; p < LeafNumbers.PAIRS; p++) {
      addEightSingle(sums, from + RowVectors.WORDS * p, pairs[p], values);
    }
  }

  private static void addEightSingle(double[] sums, int from, long[] leaves, double[] values) {
    for (int i = 0; i < RowVectors.WORDS; i++) {
      int at = LeafGroup.TREES * i;
      long p0 = leaves[at];
      long p1 = leaves[at + 1];
      long p2 = leaves[at + 2];
      long p3 = leaves[at + 3];
      long p4 = leaves[at + 4];
      long p5 = leaves[at + 5];
      long p6 = leaves[at + 6];
      long p7 = leaves[at + 7];
      float low = (float) sums[from + i] + (float) values[(int) p0];
      float high = (float) sums[from + HALF + i] + (float) values[(int) (p0 >>> 32)];
      low += (float) values[(int) p1];
      high += (float) values[(int) (p1 >>> 32)];
      low += (float) values[(int) p2];
      high += (float) values[(int) (p2 >>> 32)];
      low += (float) values[(int) p3];
      high += (float) values[(int) (p3 >>> 32)];
      low += (float) values[(int) p4];
      high += (float) values[(int) (p4 >>> 32)];
      low += (float) values[(int) p5];
      high += (float) values[(int) (p5 >>> 32)];
      low += (float) values[(int) p6];
      high += (float) values[(int) (p6 >>> 32)];
      low += (float) values[(int) p7];
      high += (float) values[(int) (p7 >>> 32)];
      sums[from + i] = low;
      sums[from + HALF + i] = high;
    }
  }

  static void addDouble(
      double[] sums, int from, long[][] pairs, int trees, double[] values, int width, int k) {
    for (int i = 0; i < HALF; i++) {
      long[] leaves = pairs[i / RowVectors.WORDS];
      int first = LeafGroup.TREES * (i % RowVectors.WORDS);
      double low = sums[from + i];
      double high = sums[from + HALF + i];
      for (int at = first; at < first + trees; at++) {
        low += values[(int) leaves[at] * width + k];
        high += values[(int) (leaves[at] >>> 32) * width + k];
      }
      sums[from + i] = low;
      sums[from + HALF + i] = high;
    }
  }

  /** Sums and values are floats here, so that a sum is rounded as a float is. */
  static void addSingle(
      double[] sums, int from, long[][] pairs, int trees, double[] values, int width, int k) {
    for (int i = 0; i < HALF; i++) {
      long[] leaves = pairs[i / RowVectors.WORDS];
      int first = LeafGroup.TREES * (i % RowVectors.WORDS);
      float low = (float) sums[from + i];
      float high = (float) sums[from + HALF + i];
      for (int at = first; at < first + trees; at++) {
        low += (float) values[(int) leaves[at] * width + k];
        high += (float) values[(int) (leaves[at] >>> 32) * width + k];
      }
      sums[from + i] = low;
      sums[from + HALF + i] = high;
    }
  }
}
