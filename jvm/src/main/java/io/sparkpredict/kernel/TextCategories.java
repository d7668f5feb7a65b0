// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** Categories that are texts, looked up by their places in the program's dictionary. */
public final class TextCategories implements Categories {
  private final int slot;
  private final int[] table;

  /**
   * @param slot the column of texts
   * @param table for each place of the dictionary that of the category, or {@link #UNKNOWN}
   */
  public TextCategories(int slot, int[] table) {
    this.slot = slot;
    this.table = table;
  }

  @Override
  public void places(Block block, int[] out) {
    int[] texts = block.texts[slot];
    for (int i = 0; i < block.rows(); i++) {
      out[i] = table[texts[i]];
    }
  }
}
