// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** Numbers divided by one number. */
public final class Divide extends ColumnStep {
  private final double divisor;

  /**
   * @param in slots to read
   * @param out slots to write, -1 for what nobody reads
   * @param divisor the number
   */
  public Divide(int[] in, int[] out, double divisor) {
    super(in, out);
    this.divisor = divisor;
  }

  @Override
  void column(int k, double[] x, double[] y, int rows) {
    for (int i = 0; i < rows; i++) {
      y[i] = Arithmetic.DIVIDE.of(x[i], divisor, 0.0);
    }
  }
}
