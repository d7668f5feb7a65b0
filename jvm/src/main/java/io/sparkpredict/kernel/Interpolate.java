// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** A function between whose points there are straight lines. NaN stays. */
public final class Interpolate extends ColumnStep {
  private final double[] at;
  private final double[] values;
  private final double[] beyond;

  /**
   * @param in slot to read
   * @param out slot to write, -1 if nobody reads it
   * @param at where the points are, sorted
   * @param values the function there
   * @param beyond what it is outside of the points, or null: what it is at the nearest
   */
  public Interpolate(int[] in, int[] out, double[] at, double[] values, double[] beyond) {
    super(in, out);
    this.at = at;
    this.values = values;
    this.beyond = beyond;
  }

  @Override
  void column(int k, double[] x, double[] y, int rows) {
    for (int i = 0; i < rows; i++) {
      y[i] = of(x[i]);
    }
  }

  private double of(double x) {
    int last = at.length - 1;
    if (x != x) {
      return x;
    }
    if (x < at[0]) {
      return beyond == null ? values[0] : beyond[0];
    }
    if (x > at[last]) {
      return beyond == null ? values[last] : beyond[0];
    }
    int low = 0; // the last point that is not above x
    int high = last;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (at[middle] <= x) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    if (at[low] == x) {
      return values[low];
    }
    double slope = (values[low + 1] - values[low]) / (at[low + 1] - at[low]);
    return slope * (x - at[low]) + values[low];
  }
}
