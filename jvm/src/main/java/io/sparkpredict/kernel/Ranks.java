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
  private final double[] padded;
  private final int half;
  private final Missing missing;

  /**
   * @param thresholds sorted, all different, none of them NaN
   * @param missing where NaN goes
   */
  Ranks(double[] thresholds, Missing missing) {
    this.thresholds = thresholds;
    this.missing = missing;
    int size = 1;
    while (size - 1 < thresholds.length) {
      size <<= 1;
    }
    half = size >> 1;
    padded = Arrays.copyOf(thresholds, size);
    Arrays.fill(padded, thresholds.length, size, Double.POSITIVE_INFINITY);
  }

  @Override
  int codeOf(double threshold) {
    // NaN compares with nothing: every row goes right.
    return threshold != threshold ? -1 : Arrays.binarySearch(thresholds, threshold + 0.0);
  }

  @Override
  void code(double[] values, int rows, int[] out, int at, int step) {
    if (missing == Missing.LEFT) {
      missingLeft(values, rows, out, at, step, padded, half);
    } else {
      missingRight(values, rows, out, at, step, padded, half);
    }
  }

  // Four searches side by side hide one another's loads, and no branch depends on the data.
  private static void missingLeft(
      double[] x, int rows, int[] out, int at, int step, double[] p, int half) {
    for (int i = 0; i < rows; i += 4) {
      double v0 = x[i];
      double v1 = x[i + 1];
      double v2 = x[i + 2];
      double v3 = x[i + 3];
      int a = 0;
      int b = 0;
      int c = 0;
      int d = 0;
      for (int h = half; h > 0; h >>= 1) {
        a += p[a + h - 1] < v0 ? h : 0;
        b += p[b + h - 1] < v1 ? h : 0;
        c += p[c + h - 1] < v2 ? h : 0;
        d += p[d + h - 1] < v3 ? h : 0;
      }
      int to = at + (i >> 3) * step + (i & 4);
      out[to] = a;
      out[to + 1] = b;
      out[to + 2] = c;
      out[to + 3] = d;
    }
  }

  private static void missingRight(
      double[] x, int rows, int[] out, int at, int step, double[] p, int half) {
    for (int i = 0; i < rows; i += 4) {
      double v0 = x[i];
      double v1 = x[i + 1];
      double v2 = x[i + 2];
      double v3 = x[i + 3];
      int a = 0;
      int b = 0;
      int c = 0;
      int d = 0;
      for (int h = half; h > 0; h >>= 1) {
        a += p[a + h - 1] >= v0 ? 0 : h;
        b += p[b + h - 1] >= v1 ? 0 : h;
        c += p[c + h - 1] >= v2 ? 0 : h;
        d += p[d + h - 1] >= v3 ? 0 : h;
      }
      int to = at + (i >> 3) * step + (i & 4);
      out[to] = a;
      out[to + 1] = b;
      out[to + 2] = c;
      out[to + 3] = d;
    }
  }

  @Override
  long bytes() {
    return 8L * (padded.length + thresholds.length);
  }

  @Override
  double cost() {
    return 0.5 + 0.25 * (32 - Integer.numberOfLeadingZeros(half));
  }
}
