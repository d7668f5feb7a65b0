// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** Texts in the place of texts, as where a missing one is imputed. */
public final class TextTable implements BlockStep {
  private final int in;
  private final int out;
  private final int[] table;

  /**
   * @param in the column of texts to read
   * @param out the one to write
   * @param table for each place of the dictionary the one that stands in for it
   */
  public TextTable(int in, int out, int[] table) {
    this.in = in;
    this.out = out;
    this.table = table;
  }

  @Override
  public void apply(Block block) {
    int[] x = block.texts[in];
    int[] y = block.texts[out];
    for (int i = 0; i < block.rows(); i++) {
      y[i] = table[x[i]];
    }
  }
}
