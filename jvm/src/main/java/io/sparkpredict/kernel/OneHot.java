// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.util.Arrays;

/** A column for each category: 1 for the rows of that category, else 0. */
public final class OneHot implements BlockStep {
  /** Marks a step by which a value that is no category makes a bad row. */
  public static final int REFUSED = -2;

  private final Categories categories;
  private final int[] out;
  private final int[] places;
  private final int unknown;
  private final int flaw;

  /**
   * @param categories what is looked up
   * @param out slots to write, -1 for what nobody reads
   * @param places for each category which of them has the 1; -1 for none
   * @param unknown the same for other values; {@link #REFUSED} makes a bad row
   * @param flaw what the block notes for such a row, from 1
   */
  public OneHot(Categories categories, int[] out, int[] places, int unknown, int flaw) {
    this.categories = categories;
    this.out = out;
    this.places = places;
    this.unknown = unknown;
    this.flaw = flaw;
  }

  @Override
  public void apply(Block block) {
    for (int slot : out) {
      if (slot >= 0) {
        Arrays.fill(block.numbers[slot], 0, block.rows(), 0.0);
      }
    }
    int[] found = block.ints;
    categories.places(block, found);
    for (int i = 0; i < block.rows(); i++) {
      int place = found[i] < 0 ? unknown : places[found[i]];
      if (place == REFUSED) {
        block.refuse(i, flaw);
      } else if (place >= 0 && out[place] >= 0) {
        block.numbers[out[place]][i] = 1.0;
      }
    }
  }
}
