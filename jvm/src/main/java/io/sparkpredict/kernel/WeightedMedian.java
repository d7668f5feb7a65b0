// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** The first of several columns, sorted row by row, at which half of their weights is reached. */
public final class WeightedMedian implements BlockStep {
  private final int[] in;
  private final int out;
  private final double[] weights;

  /**
   * @param in slots to read
   * @param out slot to write
   * @param weights for each column its weight
   */
  public WeightedMedian(int[] in, int out, double[] weights) {
    this.in = in;
    this.out = out;
    this.weights = weights;
  }

  @Override
  public void apply(Block block) {
    double[] y = block.numbers[out];
    double[] sorted = new double[in.length]; // these two for the whole block
    double[] of = new double[in.length];
    for (int i = 0; i < block.rows(); i++) {
      for (int k = 0; k < in.length; k++) {
        double x = block.numbers[in[k]][i];
        int place = k;
        while (place > 0 && sorted[place - 1] > x) {
          sorted[place] = sorted[place - 1];
          of[place] = of[place - 1];
          place--;
        }
        sorted[place] = x;
        of[place] = weights[k];
      }
      y[i] = median(sorted, of);
    }
  }

  private static double median(double[] sorted, double[] of) {
    double total = 0.0;
    for (double weight : of) {
      total += weight;
    }
    double reached = 0.0;
    for (int k = 0; k < of.length; k++) {
      reached += of[k];
      if (reached >= 0.5 * total) {
        return sorted[k];
      }
    }
    return sorted[0];
  }
}
