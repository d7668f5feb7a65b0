// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** The power transform of Yeo and Johnson, 2000, in the form that loses least near 0. */
public final class YeoJohnson extends ColumnStep {
  private static final double EPSILON = Math.ulp(1.0);

  private final double[] powers;

  /**
   * @param in slots to read
   * @param out slots to write, -1 for what nobody reads
   * @param powers for each column its lambda
   */
  public YeoJohnson(int[] in, int[] out, double[] powers) {
    super(in, out);
    this.powers = powers;
  }

  @Override
  void column(int k, double[] x, double[] y, int rows) {
    for (int i = 0; i < rows; i++) {
      y[i] = x[i] >= 0.0 ? of(x[i], powers[k]) : -of(-x[i], 2.0 - powers[k]);
    }
  }

  private static double of(double x, double power) {
    double log = Math.log1p(x);
    return Math.abs(power) < EPSILON ? log : Math.expm1(power * log) / power;
  }
}
