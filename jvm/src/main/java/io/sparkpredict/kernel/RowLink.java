// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** A function of several numbers of a row together. */
public final class RowLink implements BlockStep {
  /** The functions, by the names that a plan has for them. */
  public enum Function {
    SOFTMAX {
      @Override
      void of(double[] row, int count) {
        double greatest = greatest(row, count);
        double sum = 0.0;
        for (int k = 0; k < count; k++) {
          row[k] = Math.exp(row[k] - greatest);
          sum += row[k];
        }
        for (int k = 0; k < count; k++) {
          row[k] /= sum;
        }
      }
    },
    LOG_SOFTMAX {
      @Override
      void of(double[] row, int count) {
        double greatest = greatest(row, count);
        double sum = 0.0;
        for (int k = 0; k < count; k++) {
          row[k] -= greatest;
          sum += Math.exp(row[k]);
        }
        double last = Math.log(sum);
        for (int k = 0; k < count; k++) {
          row[k] -= last;
        }
      }
    },
    SOFTMAX32 {
      @Override
      void of(double[] row, int count) {
        double greatest = greatest(row, count);
        double sum = 0.0;
        for (int k = 0; k < count; k++) {
          row[k] = (float) Math.exp((float) (row[k] - greatest));
          sum += row[k];
        }
        for (int k = 0; k < count; k++) {
          row[k] = (float) (row[k] / (float) sum);
        }
      }
    },
    NORMALISE {
      @Override
      void of(double[] row, int count) {
        double sum = 0.0;
        for (int k = 0; k < count; k++) {
          sum += row[k];
        }
        for (int k = 0; k < count; k++) {
          row[k] = sum == 0.0 ? 1.0 / count : row[k] / sum;
        }
      }
    },
    BINARY {
      @Override
      void of(double[] row, int count) {
        row[1] = row[0];
        row[0] = Arithmetic.REST.of(row[1], 0.0, 0.0);
      }
    },
    BINARY32 {
      @Override
      void of(double[] row, int count) {
        row[1] = row[0];
        row[0] = Arithmetic.REST32.of(row[1], 0.0, 0.0);
      }
    };

    /** Replaces a row of numbers; NaN if there is one. */
    abstract void of(double[] row, int count);

    static double greatest(double[] row, int count) {
      double greatest = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < count; k++) {
        greatest = Math.max(greatest, row[k]);
      }
      return greatest;
    }
  }

  private final int[] in;
  private final int[] out;
  private final Function function;

  /**
   * @param in slots to read
   * @param out slots to write, -1 for what nobody reads
   * @param function what is applied
   */
  public RowLink(int[] in, int[] out, Function function) {
    this.in = in;
    this.out = out;
    this.function = function;
  }

  @Override
  public void apply(Block block) {
    double[] row = new double[Math.max(in.length, out.length)]; // one for the whole block
    for (int i = 0; i < block.rows(); i++) {
      for (int k = 0; k < in.length; k++) {
        row[k] = block.numbers[in[k]][i];
      }
      function.of(row, in.length);
      for (int k = 0; k < out.length; k++) {
        if (out[k] >= 0) {
          block.numbers[out[k]][i] = row[k];
        }
      }
    }
  }
}
