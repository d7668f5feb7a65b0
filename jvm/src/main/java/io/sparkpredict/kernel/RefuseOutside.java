// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** Finds rows that the Python model would raise for: with a number outside of what it takes. */
public final class RefuseOutside implements BlockStep {
  private final int[] in;
  private final double low;
  private final double high;
  private final int flaw;

  /**
   * @param in slots to look at
   * @param low the least number that is taken
   * @param high the greatest; NaN is taken too
   * @param flaw what the block notes for other rows, from 1
   */
  public RefuseOutside(int[] in, double low, double high, int flaw) {
    this.in = in;
    this.low = low;
    this.high = high;
    this.flaw = flaw;
  }

  @Override
  public void apply(Block block) {
    for (int slot : in) {
      double[] x = block.numbers[slot];
      for (int i = 0; i < block.rows(); i++) {
        if (x[i] < low || x[i] > high) {
          block.refuse(i, flaw);
        }
      }
    }
  }
}
