// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** The place of the greatest of several columns: the first of equals, or the first NaN. */
public final class Argmax implements BlockStep {
  private final int[] in;
  private final int out;

  /**
   * @param in slots to read
   * @param out slot to write
   */
  public Argmax(int[] in, int out) {
    this.in = in;
    this.out = out;
  }

  @Override
  public void apply(Block block) {
    double[] y = block.numbers[out];
    for (int i = 0; i < block.rows(); i++) {
      int best = 0;
      double greatest = block.numbers[in[0]][i];
      for (int k = 1; k < in.length && greatest == greatest; k++) {
        double x = block.numbers[in[k]][i];
        if (!(x <= greatest)) {
          best = k;
          greatest = x;
        }
      }
      y[i] = best;
    }
  }
}
