// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.util.Arrays;

/**
 * What a forest adds up: the values of the leaves that a row comes to, tree by tree in the model's
 * order, because that order fixes the last bits of a sum.
 */
public final class LeafValues {
  private final int[] slots;
  private final double[] base;
  private final boolean baseFirst;
  private final double divisor;
  private final int[] outputs;
  private final int width;
  private final boolean single;

  /**
   * @param slots slot of the block for each output
   * @param base for each output what is added to the sum
   * @param baseFirst whether the sum starts with the base, or ends with it
   * @param divisor what the sums are divided by in the end; 1 changes nothing
   * @param outputs for each tree the first output that its leaves add to
   * @param width how many values a leaf has
   * @param single whether each sum is rounded to a float, as XGBoost does
   */
  public LeafValues(
      int[] slots,
      double[] base,
      boolean baseFirst,
      double divisor,
      int[] outputs,
      int width,
      boolean single) {
    this.slots = slots;
    this.base = base;
    this.baseFirst = baseFirst;
    this.divisor = divisor;
    this.outputs = outputs;
    this.width = width;
    this.single = single;
  }

  int width() {
    return width;
  }

  void start(Block block) {
    for (int output = 0; output < slots.length; output++) {
      Arrays.fill(block.numbers[slots[output]], 0, block.rows(), baseFirst ? base[output] : 0.0);
    }
  }

  void finish(Block block) {
    for (int output = 0; output < slots.length; output++) {
      double[] sums = block.numbers[slots[output]];
      for (int i = 0; i < block.rows(); i++) {
        double sum = baseFirst ? sums[i] : rounded(sums[i] + base[output]);
        sums[i] = divisor == 1.0 ? sum : rounded(sum / divisor);
      }
    }
  }

  private double rounded(double value) {
    return single ? (float) value : value;
  }

  /**
   * Adds what a tree says.
   *
   * @param leaves for each row its leaf
   * @param values the values of all leaves, {@code width} for each
   */
  void add(int tree, Block block, int[] leaves, double[] values) {
    for (int k = 0; k < width; k++) {
      double[] sums = block.numbers[slots[outputs[tree] + k]];
      if (single) {
        addSingle(sums, leaves, values, width, k, block.rows());
      } else if (width == 1) {
        addOne(sums, leaves, values, block.rows());
      } else {
        addDouble(sums, leaves, values, width, k, block.rows());
      }
    }
  }

  private static void addOne(double[] sums, int[] leaves, double[] values, int rows) {
    for (int i = 0; i < rows; i++) {
      sums[i] += values[leaves[i]];
    }
  }

  private static void addDouble(
      double[] sums, int[] leaves, double[] values, int width, int k, int rows) {
    for (int i = 0; i < rows; i++) {
      sums[i] += values[leaves[i] * width + k];
    }
  }

  /** The sum of two floats, rounded from the exact sum of doubles, is the float sum. */
  private static void addSingle(
      double[] sums, int[] leaves, double[] values, int width, int k, int rows) {
    for (int i = 0; i < rows; i++) {
      sums[i] = (float) (sums[i] + values[leaves[i] * width + k]);
    }
  }
}
