// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.util.Arrays;

/** Sums of coefficients times columns in float32, in their order; what is missing adds nothing. */
public final class Linear32 implements BlockStep {
  private final int[] in;
  private final int[] out;
  private final double[] coefficients;
  private final double[] intercept;

  /**
   * @param in slots to read, of numbers that are float32
   * @param out slots to write, -1 for what nobody reads
   * @param coefficients float32, for each output one for each column
   * @param intercept float32, what each sum starts with
   */
  public Linear32(int[] in, int[] out, double[] coefficients, double[] intercept) {
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
        Arrays.fill(y, 0, rows, intercept[output]);
        for (int k = 0; k < in.length; k++) {
          float coefficient = (float) coefficients[output * in.length + k];
          add(y, block.numbers[in[k]], coefficient, rows);
        }
      }
    }
  }

  private static void add(double[] y, double[] x, float coefficient, int rows) {
    for (int i = 0; i < rows; i++) {
      float term = (float) x[i] * coefficient;
      y[i] = x[i] != x[i] ? y[i] : (float) y[i] + term;
    }
  }
}
