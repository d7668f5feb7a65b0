// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** Finds rows that the Python model would raise for: with a NaN or an infinity where it takes none. */
public final class Refuse implements BlockStep {
  private final int[] in;
  private final boolean nan;
  private final boolean infinite;
  private final int flaw;

  /**
   * @param in slots to look at
   * @param nan whether a NaN is refused
   * @param infinite whether an infinity is refused
   * @param flaw what the block notes for such a row, from 1
   */
  public Refuse(int[] in, boolean nan, boolean infinite, int flaw) {
    this.in = in;
    this.nan = nan;
    this.infinite = infinite;
    this.flaw = flaw;
  }

  @Override
  public void apply(Block block) {
    for (int slot : in) {
      double[] x = block.numbers[slot];
      if (holdsAny(x, block.rows())) {
        note(x, block);
      }
    }
  }

  /** Whether there is anything but finite numbers: only of these zero times the number is NaN. */
  private static boolean holdsAny(double[] x, int rows) {
    double first = 0.0;
    double second = 0.0;
    double third = 0.0;
    double fourth = 0.0;
    // Four sums, because each addition waits for the one before; padding may only cost a second look.
    for (int i = 0; i < rows; i += 4) {
      first += x[i] * 0.0;
      second += x[i + 1] * 0.0;
      third += x[i + 2] * 0.0;
      fourth += x[i + 3] * 0.0;
    }
    double sum = first + second + third + fourth;
    return sum != sum;
  }

  /** Whether a number is one that is refused. */
  public static boolean refuses(double x, boolean nan, boolean infinite) {
    return nan && x != x || infinite && Double.isInfinite(x);
  }

  private void note(double[] x, Block block) {
    for (int i = 0; i < block.rows(); i++) {
      if (refuses(x[i], nan, infinite)) {
        block.refuse(i, flaw);
      }
    }
  }
}
