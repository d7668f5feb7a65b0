// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** 1 where a number is missing, else 0. */
public final class MissingFlag extends ColumnStep {
  private final double missing;

  /**
   * @param in slots to read
   * @param out slots to write, -1 for what nobody reads
   * @param missing the number that means a missing one, or NaN
   */
  public MissingFlag(int[] in, int[] out, double missing) {
    super(in, out);
    this.missing = missing;
  }

  @Override
  void column(int k, double[] x, double[] y, int rows) {
    for (int i = 0; i < rows; i++) {
      y[i] = Arithmetic.MISSING.of(x[i], missing, 0.0);
    }
  }
}
