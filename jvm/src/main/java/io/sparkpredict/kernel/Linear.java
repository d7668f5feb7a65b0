// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.util.Arrays;

/** Sums of coefficients times columns, plus an intercept. */
public final class Linear implements BlockStep {
  private final int[] in;
  private final int[] out;
  private final double[] coefficients;
  private final double[] intercept;

  /**
   * @param in slots to read
   * @param out slots to write, -1 for what nobody reads
   * @param coefficients for each output one for each column
   * @param intercept for each output what is added
   */
  public Linear(int[] in, int[] out, double[] coefficients, double[] intercept) {
    this.in = in;
    this.out = out;
    this.coefficients = coefficients;
    this.intercept = intercept;
  }

  @Override
  public void apply(Block block) {
    int rows = block.rows();
    for (int output = 0; output < out.length; output++) {
      if (out[output] >= 0) {
        double[] y = block.numbers[out[output]];
        Arrays.fill(y, 0, rows, 0.0);
        for (int k = 0; k < in.length; k++) {
          add(y, block.numbers[in[k]], coefficients[output * in.length + k], rows);
        }
        double last = intercept[output];
        for (int i = 0; i < rows; i++) {
          y[i] += last;
        }
      }
    }
  }

  private static void add(double[] y, double[] x, double coefficient, int rows) {
    for (int i = 0; i < rows; i++) {
      y[i] += coefficient * x[i];
    }
  }
}
