// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** A number for each category. */
public final class Codes implements BlockStep {
  private final Categories categories;
  private final int out;
  private final double[] values;
  private final double unknown;
  private final int flaw;

  /**
   * @param categories what is looked up
   * @param out slot to write
   * @param values for each category its number
   * @param unknown the number of other values
   * @param flaw what the block notes for a row of another value, from 1; 0 where there is a number
   */
  public Codes(Categories categories, int out, double[] values, double unknown, int flaw) {
    this.categories = categories;
    this.out = out;
    this.values = values;
    this.unknown = unknown;
    this.flaw = flaw;
  }

  @Override
  public void apply(Block block) {
    int[] found = block.ints;
    double[] y = block.numbers[out];
    categories.places(block, found);
    for (int i = 0; i < block.rows(); i++) {
      if (found[i] >= 0) {
        y[i] = values[found[i]];
      } else {
        y[i] = unknown;
        if (flaw > 0) {
          block.refuse(i, flaw);
        }
      }
    }
  }
}
