// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** The bin that a number is in: how many edges are not above it. */
public final class Bins extends ColumnStep {
  private final double[] edges;
  private final int[] starts;

  /**
   * @param in slots to read
   * @param out slots to write, -1 for what nobody reads
   * @param edges those of all columns, sorted for each
   * @param starts where each column's edges start, and their number
   */
  public Bins(int[] in, int[] out, double[] edges, int[] starts) {
    super(in, out);
    this.edges = edges;
    this.starts = starts;
  }

  @Override
  void column(int k, double[] x, double[] y, int rows) {
    for (int i = 0; i < rows; i++) {
      int low = starts[k];
      int high = starts[k + 1];
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (edges[middle] > x[i]) {
          high = middle;
        } else {
          low = middle + 1; // NaN is above all
        }
      }
      y[i] = low - starts[k];
    }
  }
}
