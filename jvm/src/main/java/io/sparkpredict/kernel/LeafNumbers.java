// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/**
 * Turns planes of bits, one for each bit of a number, into the numbers: for eight trees and 512 rows
 * at once, in loops over plain arrays that the JVM's compiler vectorises.
 *
 * <p>Word {@code w} of tree {@code t} is {@code 8 * w + t} in a plane. The numbers come in pairs: array
 * {@code p} holds at {@code 8 * w + t} those of rows {@code 8 * p + w} and, in its upper half,
 * {@code 256 + 8 * p + w}. What is added up for a row then stands side by side.
 */
final class LeafNumbers {
  /** Planes of a number. */
  static final int PLANES = 8;

  /** Arrays of pairs. */
  static final int PAIRS = RowVectors.ROWS / 2 / RowVectors.WORDS;

  /** Words of a plane, and of an array of pairs. */
  static final int LENGTH = LeafGroup.TREES * RowVectors.WORDS;

  private static final long ODD_1 = 0xaaaaaaaaaaaaaaaaL;
  private static final long ODD_2 = 0xccccccccccccccccL;
  private static final long ODD_4 = 0xf0f0f0f0f0f0f0f0L;
  private static final long BYTES = 0x000000ff000000ffL;
  private static final long HALF_BYTES = 0x0000000f0000000fL;

  private final long[][] planes = new long[PLANES][LENGTH];
  private final long[][] other = new long[PLANES][LENGTH];
  private final long[][] pairs = new long[PAIRS][LENGTH];

  /** Planes that a number up to 15 has, or a wide one. */
  static int planes(boolean wide) {
    return wide ? PLANES : PLANES / 2;
  }

  static long bytes() {
    return 8L * LENGTH * (2 * PLANES + PAIRS);
  }

  /** Where the planes go. */
  long[][] planes() {
    return planes;
  }

  /** Where the numbers are then. */
  long[][] pairs() {
    return pairs;
  }

  /**
   * Makes the numbers; the planes' content is lost.
   *
   * @param wide whether all eight planes count, not only the first four
   * @param first what is added to each pair
   */
  void make(boolean wide, long[] first) {
    int all = planes(wide);
    for (int k = 0; k < all; k += 2) {
      zip(planes[k], planes[k + 1], 1, ODD_1, other[k], other[k + 1]);
    }
    for (int k = 0; k < all; k += 4) {
      zip(other[k], other[k + 2], 2, ODD_2, planes[k], planes[k + 2]);
      zip(other[k + 1], other[k + 3], 2, ODD_2, planes[k + 1], planes[k + 3]);
    }
    if (!wide) {
      for (int k = 0; k < all; k++) {
        for (int p = 0; p < PAIRS; p += 8) {
          pick(planes[k], p, p + 4, HALF_BYTES, first, pairs[p + k], pairs[p + 4 + k]);
        }
      }
      return;
    }
    for (int k = 0; k < all / 2; k++) {
      zip(planes[k], planes[k + 4], 4, ODD_4, other[k], other[k + 4]);
    }
    for (int k = 0; k < all; k++) {
      for (int p = 0; p < PAIRS; p += 16) {
        pick(other[k], p, p + 8, BYTES, first, pairs[p + k], pairs[p + 8 + k]);
      }
    }
  }

  /** Lays the fields of two words side by side: the even ones into one word, the odd into the other. */
  private static void zip(
      long[] low, long[] high, int bits, long odd, long[] evens, long[] odds) {
    long even = ~odd;
    for (int x = 0; x < LENGTH; x++) {
      long a = low[x];
      long b = high[x];
      evens[x] = a & even | (b & even) << bits;
      odds[x] = a >>> bits & even | b & odd;
    }
  }

  private static void pick(
      long[] from, int shift, int further, long mask, long[] first, long[] out, long[] next) {
    for (int x = 0; x < LENGTH; x++) {
      long fields = from[x];
      long added = first[x];
      out[x] = (fields >>> shift & mask) + added;
      next[x] = (fields >>> further & mask) + added;
    }
  }
}
