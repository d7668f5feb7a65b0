// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** {@code (x - center) / scale}. */
public final class Scale extends ColumnStep {
  private final double[] center;
  private final double[] scale;

  /**
   * @param in slots to read
   * @param out slots to write, -1 for what nobody reads
   * @param center what is taken off each column, or null
   * @param scale what each column is divided by, or null
   */
  public Scale(int[] in, int[] out, double[] center, double[] scale) {
    super(in, out);
    this.center = center;
    this.scale = scale;
  }

  @Override
  void column(int k, double[] x, double[] y, int rows) {
    // Taking off zero and dividing by one keep the bits of every number.
    double c = center == null ? 0.0 : center[k];
    double s = scale == null ? 1.0 : scale[k];
    for (int i = 0; i < rows; i++) {
      y[i] = Arithmetic.SCALE.of(x[i], c, s);
    }
  }
}
