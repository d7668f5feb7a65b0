// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.util.Arrays;

/** Categories that are numbers, equal by value; NaN is one like others. */
public final class NumberCategories implements Categories {
  private final int slot;
  private final double[] sorted;
  private final int[] places;

  /**
   * @param slot the column
   * @param categories all different
   */
  public NumberCategories(int slot, double[] categories) {
    this.slot = slot;
    sorted = new double[categories.length];
    for (int k = 0; k < sorted.length; k++) {
      sorted[k] = categories[k] + 0.0; // no negative zero, which sorts apart
    }
    Arrays.sort(sorted);
    places = new int[sorted.length];
    for (int k = 0; k < categories.length; k++) {
      places[Arrays.binarySearch(sorted, categories[k] + 0.0)] = k;
    }
  }

  @Override
  public void places(Block block, int[] out) {
    double[] x = block.numbers[slot];
    for (int i = 0; i < block.rows(); i++) {
      int found = Arrays.binarySearch(sorted, x[i] + 0.0);
      out[i] = found < 0 ? UNKNOWN : places[found];
    }
  }
}
