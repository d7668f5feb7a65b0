// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** A step that makes one column of each that it reads. */
abstract class ColumnStep implements BlockStep {
  private final int[] in;
  private final int[] out;

  ColumnStep(int[] in, int[] out) {
    this.in = in;
    this.out = out;
  }

  @Override
  public final void apply(Block block) {
    for (int k = 0; k < in.length; k++) {
      if (out[k] >= 0) {
        column(k, block.numbers[in[k]], block.numbers[out[k]], block.rows());
      }
    }
  }

  /** Computes the k-th column. */
  abstract void column(int k, double[] x, double[] y, int rows);
}
