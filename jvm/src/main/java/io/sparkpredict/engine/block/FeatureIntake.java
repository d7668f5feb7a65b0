// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block;

import java.util.Arrays;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Fills a scorer's block from rows or from columns, and notes which rows are not to be scored. */
public final class FeatureIntake {
  private final FeatureColumn[] features;
  private final BatchScorer scorer;
  private final double[][] numbers;
  private final int[][] texts;
  private final int guard;
  private final boolean[] unscored;

  /**
   * @param features one for each input of the model
   * @param guard place of the column that says which rows are scored; -1 if all are
   * @param scorer whose block is filled
   */
  public FeatureIntake(FeatureColumn[] features, int guard, BatchScorer scorer) {
    this.features = features;
    this.guard = guard;
    this.scorer = scorer;
    numbers = new double[features.length][];
    texts = new int[features.length][];
    for (int at = 0; at < features.length; at++) {
      if (features[at].isText()) {
        texts[at] = scorer.texts(at);
      } else {
        numbers[at] = scorer.numbers(at);
      }
    }
    unscored = new boolean[scorer.capacity()];
  }

  /** Starts a block. */
  public void clear() {
    Arrays.fill(unscored, false);
  }

  /** Takes the first {@code count} rows. */
  public void take(RowBatch rows, int count) {
    for (int k = 0; k < features.length; k++) {
      if (features[k].isText()) {
        features[k].texts(rows, count, texts[k], scorer.dictionary(), unscored);
      } else {
        features[k].numbers(rows, count, numbers[k], unscored);
      }
    }
    if (guard >= 0) {
      for (int i = 0; i < count; i++) {
        unscored[i] |= !rows.get(i).getBoolean(guard);
      }
    }
  }

  /** Takes rows of a batch as the block's first ones. */
  public void take(ColumnarBatch batch, int from, int count) {
    for (int k = 0; k < features.length; k++) {
      FeatureColumn feature = features[k];
      if (feature.isText()) {
        feature.texts(
            batch.column(feature.ordinal()), from, count, texts[k], scorer.dictionary(), unscored);
      } else {
        feature.numbers(batch.column(feature.ordinal()), from, count, numbers[k], unscored);
      }
    }
    if (guard >= 0) {
      for (int i = 0; i < count; i++) {
        unscored[i] |= !batch.column(guard).getBoolean(from + i);
      }
    }
  }

  /** Whether the model is not given a row. */
  public boolean isUnscored(int row) {
    return unscored[row];
  }
}
