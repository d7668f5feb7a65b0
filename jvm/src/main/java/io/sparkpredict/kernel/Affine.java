// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** {@code x * scale + offset}, cut to a range where there is one. NaN stays. */
public final class Affine extends ColumnStep {
  private final double[] scale;
  private final double[] offset;
  private final double[] clip;

  /**
   * @param in slots to read
   * @param out slots to write, -1 for what nobody reads
   * @param scale for each column what it is multiplied by
   * @param offset for each column what is added
   * @param clip least and greatest answer, or null
   */
  public Affine(int[] in, int[] out, double[] scale, double[] offset, double[] clip) {
    super(in, out);
    this.scale = scale;
    this.offset = offset;
    this.clip = clip;
  }

  @Override
  void column(int k, double[] x, double[] y, int rows) {
    double s = scale[k];
    double o = offset[k];
    for (int i = 0; i < rows; i++) {
      y[i] = Arithmetic.AFFINE.of(x[i], s, o);
    }
    if (clip != null) {
      for (int i = 0; i < rows; i++) {
        y[i] = Arithmetic.CLIP.of(y[i], clip[0], clip[1]);
      }
    }
  }
}
