// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.util.Arrays;

/**
 * Finds how many of a feature's thresholds a number is above without a search: equal intervals
 * between the smallest and the largest threshold, so many that few hold two. A number's interval says
 * how many thresholds lie below it, and the few inside are compared with.
 *
 * <p>Exact: the interval of a number is found by operations that never turn the order of two
 * numbers round, and thresholds were put into theirs by the same ones.
 */
final class Buckets {
  private static final int MOST_INSIDE = 3;
  private static final int ENOUGH = 16; // intervals for a threshold
  private static final int FEW = 3; // a search for these is as quick
  private static final int MOST = 1 << 13;

  private final double[] thresholds; // and some more, above every number
  private final int count;
  private final char[] below; // for each interval
  private final double low;
  private final double scale;
  private final int inside;

  private Buckets(double[] thresholds, char[] below, double low, double scale, int inside) {
    count = thresholds.length;
    this.thresholds = Arrays.copyOf(thresholds, count + MOST_INSIDE);
    Arrays.fill(this.thresholds, count, count + MOST_INSIDE, Double.POSITIVE_INFINITY);
    this.below = below;
    this.low = low;
    this.scale = scale;
    this.inside = inside;
  }

  /** Buckets for sorted thresholds; null where they are too few, or stand too close together. */
  static Buckets of(double[] thresholds) {
    int count = thresholds.length;
    if (count <= FEW || count > Character.MAX_VALUE) {
      return null;
    }
    double low = thresholds[0];
    double range = thresholds[count - 1] - low;
    if (Double.isNaN(range) || Double.isInfinite(range)) {
      return null;
    }
    for (int size = Integer.highestOneBit(count) << 2; size <= MOST; size <<= 1) {
      double scale = (size - 1) / range;
      if (Double.isInfinite(scale)) {
        return null;
      }
      int[] sizes = new int[size];
      for (double threshold : thresholds) {
        sizes[bucket(threshold, low, scale, size - 1)]++;
      }
      int inside = Arrays.stream(sizes).max().getAsInt();
      if (inside <= (size > ENOUGH * count ? MOST_INSIDE : MOST_INSIDE - 1)) {
        return new Buckets(thresholds, sums(sizes), low, scale, inside);
      }
    }
    return null;
  }

  private static char[] sums(int[] sizes) {
    char[] below = new char[sizes.length];
    int sum = 0;
    for (int at = 0; at < sizes.length; at++) {
      below[at] = (char) sum;
      sum += sizes[at];
    }
    return below;
  }

  private static int bucket(double value, double low, double scale, int last) {
    return Math.max(0, Math.min((int) ((value - low) * scale), last));
  }

  /** One where a threshold is below a number, else zero: no branch, whatever data came before. */
  private static int isBelow(double threshold, double value) {
    return (int) (Double.doubleToRawLongBits(threshold - value) >>> 63);
  }

  /** Codes rows as {@link Coding#code} says; a missing number's code means nothing. */
  void code(double[] x, int from, int rows, char[] out, int at, int step) {
    if (step == Block.GROUP) {
      plain(x, from, rows, out, at);
    } else {
      for (int i = 0, to = at; i < rows; i += Block.GROUP, to += step) {
        plain(x, from + i, Block.GROUP, out, to);
      }
    }
  }

  // A loop for each number of comparisons: three everywhere were slower where one or two are enough.
  private void plain(double[] x, int from, int rows, char[] out, int at) {
    int padded = (rows + Block.GROUP - 1) / Block.GROUP * Block.GROUP;
    if (inside == 1) {
      one(x, from, padded, out, at, thresholds, below, low, scale, count);
    } else if (inside == 2) {
      two(x, from, padded, out, at, thresholds, below, low, scale, count);
    } else {
      three(x, from, padded, out, at, thresholds, below, low, scale, count);
    }
  }

  private static void one(
      double[] x,
      int from,
      int rows,
      char[] out,
      int at,
      double[] t,
      char[] below,
      double low,
      double scale,
      int count) {
    int last = below.length - 1;
    for (int i = 0; i < rows; i++) {
      double value = x[from + i];
      int first = below[bucket(value, low, scale, last)];
      int code = first + isBelow(t[first], value);
      out[at + i] = (char) Math.min(code, count);
    }
  }

  private static void two(
      double[] x,
      int from,
      int rows,
      char[] out,
      int at,
      double[] t,
      char[] below,
      double low,
      double scale,
      int count) {
    int last = below.length - 1;
    for (int i = 0; i < rows; i++) {
      double value = x[from + i];
      int first = below[bucket(value, low, scale, last)];
      int code = first + isBelow(t[first], value) + isBelow(t[first + 1], value);
      out[at + i] = (char) Math.min(code, count);
    }
  }

  private static void three(
      double[] x,
      int from,
      int rows,
      char[] out,
      int at,
      double[] t,
      char[] below,
      double low,
      double scale,
      int count) {
    int last = below.length - 1;
    for (int i = 0; i < rows; i++) {
      double value = x[from + i];
      int first = below[bucket(value, low, scale, last)];
      int code = first + isBelow(t[first], value) + isBelow(t[first + 1], value);
      out[at + i] = (char) Math.min(code + isBelow(t[first + 2], value), count);
    }
  }

  long bytes() {
    return 8L * thresholds.length + 2L * below.length;
  }
}
