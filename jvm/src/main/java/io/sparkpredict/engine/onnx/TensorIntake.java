// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

import io.sparkpredict.engine.block.BlockIntake;
import io.sparkpredict.engine.block.FeatureColumn;
import io.sparkpredict.engine.block.RowBatch;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Fills tensors from features: each a value of a row, or all of them from an array. */
public final class TensorIntake extends BlockIntake {
  private final FeatureColumn[] features;
  private final NumberColumn[] numbers;
  private final TextColumn[] texts;
  private final ArrayColumn[] arrays;
  private final RowFlaws flaws;

  /**
   * @param features one for each argument of the call
   * @param tensors which each of them goes into
   * @param offsets where among the values of a row
   * @param guard place of the column that says which rows are scored; -1 if all are
   * @param capacity how many rows the tensors hold
   */
  public TensorIntake(
      FeatureColumn[] features, Tensor[] tensors, int[] offsets, int guard, int capacity) {
    super(guard, capacity);
    this.features = features;
    numbers = new NumberColumn[features.length];
    texts = new TextColumn[features.length];
    arrays = new ArrayColumn[features.length];
    flaws = new RowFlaws(capacity);
    for (int k = 0; k < features.length; k++) {
      if (features[k].depth() > 0) {
        arrays[k] = new ArrayColumn(features[k], tensors[k], flaws);
      } else if (features[k].isText()) {
        texts[k] = new TextColumn(features[k], tensors[k], offsets[k], flaws);
      } else {
        numbers[k] = new NumberColumn(features[k], tensors[k], offsets[k], flaws);
      }
    }
  }

  @Override
  public void clear() {
    super.clear();
    flaws.clear();
  }

  @Override
  protected void takeFeatures(RowBatch rows, int count) {
    for (int k = 0; k < features.length; k++) {
      if (numbers[k] != null) {
        numbers[k].take(rows, count, unscored);
      } else if (texts[k] != null) {
        texts[k].take(rows, count, unscored);
      } else {
        int ordinal = features[k].ordinal();
        for (int i = 0; i < count; i++) {
          boolean isNull = rows.isNullAt(i, ordinal);
          arrays[k].take(isNull ? null : rows.get(i).getArray(ordinal), i, unscored);
        }
      }
    }
  }

  @Override
  protected void takeFeatures(ColumnarBatch batch, int from, int count) {
    for (int k = 0; k < features.length; k++) {
      ColumnVector vector = batch.column(features[k].ordinal());
      if (numbers[k] != null) {
        numbers[k].take(vector, from, count, unscored);
      } else if (texts[k] != null) {
        texts[k].take(vector, from, count, unscored);
      } else {
        for (int i = 0; i < count; i++) {
          boolean isNull = vector.isNullAt(from + i);
          arrays[k].take(isNull ? null : vector.getArray(from + i), i, unscored);
        }
      }
    }
  }

  /** Whether the arguments of any row are not what the tensors take. */
  public boolean anyFlaw() {
    return flaws.any();
  }

  /** What is wrong with a row's arguments; null where nothing is. */
  public String flaw(int row) {
    return flaws.get(row);
  }
}
