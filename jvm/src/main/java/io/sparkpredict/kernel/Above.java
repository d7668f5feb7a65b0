// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** 1 where a number is above a limit, else 0, also for NaN. */
public final class Above extends ColumnStep {
  private final double limit;

  /**
   * @param in slots to read
   * @param out slots to write, -1 for what nobody reads
   * @param limit the limit
   */
  public Above(int[] in, int[] out, double limit) {
    super(in, out);
    this.limit = limit;
  }

  @Override
  void column(int k, double[] x, double[] y, int rows) {
    for (int i = 0; i < rows; i++) {
      y[i] = Arithmetic.ABOVE.of(x[i], limit, 0.0);
    }
  }
}
