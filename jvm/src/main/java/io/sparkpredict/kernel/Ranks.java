// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.util.Arrays;

/**
 * Codes a number by how many of a feature's thresholds it is above: {@code x <= thresholds[k]} just
 * where {@code code(x) <= k}, exact for every double.
 */
final class Ranks extends Coding {
  /** What becomes of a missing number. */
  enum Missing {
    /** It goes left of every threshold. */
    LEFT,
    /** It goes right of every threshold. */
    RIGHT
  }

  private final double[] thresholds;
  private final Missing missing;
  private final Buckets buckets; // null where a search is better
  private final double[] padded; // null where it is not
  private final int half;

  /**
   * @param thresholds sorted, all different, none of them NaN
   * @param missing where NaN goes
   */
  Ranks(double[] thresholds, Missing missing) {
    this.thresholds = thresholds;
    this.missing = missing;
    buckets = Buckets.of(thresholds);
    half = Integer.highestOneBit(thresholds.length);
    padded = buckets == null ? padded(thresholds, 2 * half) : null;
  }

  private Ranks(Ranks twin) {
    thresholds = twin.thresholds;
    missing = Missing.RIGHT;
    buckets = twin.buckets;
    padded = twin.padded;
    half = twin.half;
  }

  /** The same thresholds, and the same tables, with missing numbers right. */
  Ranks withMissingRight() {
    return new Ranks(this);
  }

  private static double[] padded(double[] thresholds, int size) {
    double[] padded = Arrays.copyOf(thresholds, size);
    Arrays.fill(padded, thresholds.length, size, Double.POSITIVE_INFINITY);
    return padded;
  }

  @Override
  int largest() {
    return thresholds.length;
  }

  @Override
  void code(double[] values, int from, int rows, char[] out, int at, int step) {
    if (buckets != null) {
      buckets.code(values, from, rows, out, at, step);
    } else {
      search(values, from, from + rows, out, at, step, padded, half);
    }
    int ofMissing = missing == Missing.LEFT ? 0 : thresholds.length;
    for (int i = 0; i < rows; i++) {
      if (values[from + i] != values[from + i]) {
        out[at + (i >> 3) * step + (i & 7)] = (char) ofMissing;
      }
    }
  }

  // Eight searches side by side hide one another's loads, and no branch depends on the data: a fifth
  // less time than four.
  private static void search(
      double[] x, int from, int end, char[] out, int at, int step, double[] p, int half) {
    for (int i = from, to = at; i < end; i += Block.GROUP, to += step) {
      double v0 = x[i];
      double v1 = x[i + 1];
      double v2 = x[i + 2];
      double v3 = x[i + 3];
      double v4 = x[i + 4];
      double v5 = x[i + 5];
      double v6 = x[i + 6];
      double v7 = x[i + 7];
      int r0 = 0;
      int r1 = 0;
      int r2 = 0;
      int r3 = 0;
      int r4 = 0;
      int r5 = 0;
      int r6 = 0;
      int r7 = 0;
      for (int h = half; h > 0; h >>= 1) {
        r0 += p[r0 + h - 1] < v0 ? h : 0;
        r1 += p[r1 + h - 1] < v1 ? h : 0;
        r2 += p[r2 + h - 1] < v2 ? h : 0;
        r3 += p[r3 + h - 1] < v3 ? h : 0;
        r4 += p[r4 + h - 1] < v4 ? h : 0;
        r5 += p[r5 + h - 1] < v5 ? h : 0;
        r6 += p[r6 + h - 1] < v6 ? h : 0;
        r7 += p[r7 + h - 1] < v7 ? h : 0;
      }
      out[to] = (char) r0;
      out[to + 1] = (char) r1;
      out[to + 2] = (char) r2;
      out[to + 3] = (char) r3;
      out[to + 4] = (char) r4;
      out[to + 5] = (char) r5;
      out[to + 6] = (char) r6;
      out[to + 7] = (char) r7;
    }
  }

  @Override
  long bytes() {
    return 8L * thresholds.length + (buckets == null ? 8L * padded.length : buckets.bytes());
  }

  @Override
  double cost() {
    return buckets != null ? 2.8 : 0.5 + 0.7 * (32 - Integer.numberOfLeadingZeros(half));
  }
}
