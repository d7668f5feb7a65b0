// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block;

import java.util.Arrays;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Fills a scorer's block from rows or from columns, and notes which rows are not to be scored. */
public abstract class BlockIntake {
  private final int guard;

  /** Rows that the model is not given. */
  protected final boolean[] unscored;

  /**
   * @param guard place of the column that says which rows are scored; -1 if all are
   * @param capacity how many rows the block holds
   */
  protected BlockIntake(int guard, int capacity) {
    this.guard = guard;
    unscored = new boolean[capacity];
  }

  /** Starts a block. */
  public void clear() {
    Arrays.fill(unscored, false);
  }

  /** Takes the first {@code count} rows. */
  public final void take(RowBatch rows, int count) {
    takeFeatures(rows, count);
    if (guard >= 0) {
      for (int i = 0; i < count; i++) {
        unscored[i] |= !rows.get(i).getBoolean(guard);
      }
    }
  }

  /** Takes rows of a batch as the block's first ones. */
  public final void take(ColumnarBatch batch, int from, int count) {
    takeFeatures(batch, from, count);
    if (guard >= 0) {
      for (int i = 0; i < count; i++) {
        unscored[i] |= !batch.column(guard).getBoolean(from + i);
      }
    }
  }

  protected abstract void takeFeatures(RowBatch rows, int count);

  protected abstract void takeFeatures(ColumnarBatch batch, int from, int count);

  /** Whether the model is not given a row. */
  public final boolean isUnscored(int row) {
    return unscored[row];
  }
}
