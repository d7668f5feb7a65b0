// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.util.Arrays;

/**
 * The B-splines of some knots, all at one number; 0 for NaN.
 *
 * <p>Source: the recurrence of Cox and de Boor, in the order in which scipy's BSpline has it.
 */
public final class Spline implements BlockStep {
  private final int in;
  private final int[] out;
  private final double[] knots;
  private final int degree;
  private final boolean periodic;
  private final double[] ends;

  /**
   * @param in slot to read
   * @param out slots to write, one for each spline, -1 for what nobody reads
   * @param knots sorted, one more than there are splines and degrees
   * @param degree at least 1
   * @param periodic whether a number beyond the splines' range is one inside of it
   * @param ends values and slopes of all splines at the start of the range, then at its end, by
   *     which they go on outside; null if the polynomials themselves do
   */
  public Spline(int in, int[] out, double[] knots, int degree, boolean periodic, double[] ends) {
    this.in = in;
    this.out = out;
    this.knots = knots;
    this.degree = degree;
    this.periodic = periodic;
    this.ends = ends;
  }

  @Override
  public void apply(Block block) {
    double[] values = new double[out.length]; // one for the whole block
    double[] near = new double[degree + 1];
    double[] before = new double[degree + 1];
    for (int i = 0; i < block.rows(); i++) {
      row(block.numbers[in][i], values, near, before);
      for (int k = 0; k < out.length; k++) {
        if (out[k] >= 0) {
          block.numbers[out[k]][i] = values[k];
        }
      }
    }
  }

  private void row(double number, double[] values, double[] near, double[] before) {
    double low = knots[degree];
    double high = knots[out.length];
    double x = periodic ? low + remainder(number - low, high - low) : number;
    Arrays.fill(values, 0.0);
    if (x != x) {
      return;
    }
    if (ends != null && (x < low || x > high)) {
      int start = x < low ? 0 : 2 * out.length;
      double apart = x - (x < low ? low : high);
      for (int k = 0; k < out.length; k++) {
        double slope = ends[start + out.length + k];
        values[k] = slope == 0.0 ? ends[start + k] : ends[start + k] + apart * slope;
      }
      return;
    }
    int interval = interval(x);
    recur(x, interval, near, before);
    System.arraycopy(near, 0, values, interval - degree, degree + 1);
  }

  /** With the sign of the divisor. */
  private static double remainder(double x, double divisor) {
    double found = x % divisor;
    return found < 0.0 ? found + divisor : found;
  }

  /** The last place whose knot is not above x, among those between which the splines are whole. */
  private int interval(double x) {
    int low = degree;
    int high = out.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (knots[middle] <= x) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private void recur(double x, int interval, double[] near, double[] before) {
    near[0] = 1.0;
    for (int j = 1; j <= degree; j++) {
      System.arraycopy(near, 0, before, 0, j);
      near[0] = 0.0;
      for (int n = 1; n <= j; n++) {
        double right = knots[interval + n];
        double left = knots[interval + n - j];
        if (right == left) {
          near[n] = 0.0;
        } else {
          double share = before[n - 1] / (right - left);
          near[n - 1] += share * (right - x);
          near[n] = share * (x - left);
        }
      }
    }
  }
}
