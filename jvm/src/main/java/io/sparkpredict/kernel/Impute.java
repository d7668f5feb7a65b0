// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** Puts a value in the place of missing numbers. */
public final class Impute extends ColumnStep {
  private final double missing;
  private final double[] values;

  /**
   * @param in slots to read
   * @param out slots to write, -1 for what nobody reads
   * @param missing the number that means a missing one, or NaN
   * @param values for each column what stands in for it
   */
  public Impute(int[] in, int[] out, double missing, double[] values) {
    super(in, out);
    this.missing = missing;
    this.values = values;
  }

  @Override
  void column(int k, double[] x, double[] y, int rows) {
    double value = values[k];
    for (int i = 0; i < rows; i++) {
      y[i] = Arithmetic.IMPUTE.of(x[i], missing, value);
    }
  }
}
