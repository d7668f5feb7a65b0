// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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

  /** The trees that add to each output, in their order. */
  List<int[]> byOutput(int trees) {
    List<int[]> lists = new ArrayList<>();
    for (int output = 0; output < slots.length; output++) {
      int wanted = output;
      lists.add(IntStream.range(0, trees).filter(tree -> outputs[tree] == wanted).toArray());
    }
    return lists;
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
        LeafSums.addSingle(sums, leaves, values, width, k, block.rows());
      } else if (width == 1) {
        LeafSums.addOne(sums, leaves, values, block.rows());
      } else {
        LeafSums.addDouble(sums, leaves, values, width, k, block.rows());
      }
    }
  }

  /**
   * Adds what several trees of one output say of 512 rows.
   *
   * @param tree one of them
   * @param trees how many
   * @param from the first row
   * @param leaves the rows' leaves, as {@link LeafNumbers} gives them
   * @param values the values of all leaves, {@code width} for each
   */
  void add(int tree, int trees, Block block, int from, long[][] leaves, double[] values) {
    for (int k = 0; k < width; k++) {
      double[] sums = block.numbers[slots[outputs[tree] + k]];
      boolean eight = width == 1 && trees == LeafGroup.TREES;
      if (single && eight) {
        LeafSums.addEightSingle(sums, from, leaves, values);
      } else if (single) {
        LeafSums.addSingle(sums, from, leaves, trees, values, width, k);
      } else if (eight) {
        LeafSums.addEight(sums, from, leaves, values);
      } else {
        LeafSums.addDouble(sums, from, leaves, trees, values, width, k);
      }
    }
  }
}
