// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** Products of two columns each. */
public final class Product implements BlockStep {
  private final int[] in;
  private final int[] out;

  /**
   * @param in slots to read: those of the first factors, then those of the second
   * @param out slots to write, -1 for what nobody reads
   */
  public Product(int[] in, int[] out) {
    this.in = in;
    this.out = out;
  }

  @Override
  public void apply(Block block) {
    for (int k = 0; k < out.length; k++) {
      if (out[k] >= 0) {
        double[] first = block.numbers[in[k]];
        double[] second = block.numbers[in[out.length + k]];
        double[] y = block.numbers[out[k]];
        for (int i = 0; i < block.rows(); i++) {
          y[i] = first[i] * second[i];
        }
      }
    }
  }
}
