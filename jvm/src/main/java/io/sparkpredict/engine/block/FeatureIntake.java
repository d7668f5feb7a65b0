// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block;

import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Fills a column of a block from each feature. */
public final class FeatureIntake extends BlockIntake {
  private final FeatureColumn[] features;
  private final NumberBlock block;
  private final double[][] numbers;
  private final int[][] texts;

  /**
   * @param features one for each input of the model
   * @param guard place of the column that says which rows are scored; -1 if all are
   * @param block that is filled
   * @param capacity how many rows it holds
   */
  public FeatureIntake(FeatureColumn[] features, int guard, NumberBlock block, int capacity) {
    super(guard, capacity);
    this.features = features;
    this.block = block;
    numbers = new double[features.length][];
    texts = new int[features.length][];
    for (int at = 0; at < features.length; at++) {
      if (features[at].isText()) {
        texts[at] = block.texts(at);
      } else {
        numbers[at] = block.numbers(at);
      }
    }
  }

  @Override
  protected void takeFeatures(RowBatch rows, int count) {
    for (int k = 0; k < features.length; k++) {
      if (features[k].isText()) {
        features[k].texts(rows, count, texts[k], block.dictionary(), unscored);
      } else {
        features[k].numbers(rows, count, numbers[k], unscored);
      }
    }
  }

  @Override
  protected void takeFeatures(ColumnarBatch batch, int from, int count) {
    for (int k = 0; k < features.length; k++) {
      FeatureColumn feature = features[k];
      if (feature.isText()) {
        feature.texts(
            batch.column(feature.ordinal()), from, count, texts[k], block.dictionary(), unscored);
      } else {
        feature.numbers(batch.column(feature.ordinal()), from, count, numbers[k], unscored);
      }
    }
  }
}
