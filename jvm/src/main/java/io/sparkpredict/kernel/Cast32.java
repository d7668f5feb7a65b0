// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** Rounds numbers to float32, as scikit-learn's trees and XGBoost do with what they are given. */
public final class Cast32 extends ColumnStep {
  /**
   * @param in slots to read
   * @param out slots to write, -1 for what nobody reads
   */
  public Cast32(int[] in, int[] out) {
    super(in, out);
  }

  @Override
  void column(int k, double[] x, double[] y, int rows) {
    for (int i = 0; i < rows; i++) {
      y[i] = Arithmetic.CAST32.of(x[i], 0.0, 0.0);
    }
  }
}
