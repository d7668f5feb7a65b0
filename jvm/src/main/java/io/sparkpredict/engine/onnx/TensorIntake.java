// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

import io.sparkpredict.engine.block.BlockIntake;
import io.sparkpredict.engine.block.FeatureColumn;
import io.sparkpredict.engine.block.RowBatch;
import java.util.Arrays;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Fills tensors from features: each a value of a row, or all of them from an array. */
public final class TensorIntake extends BlockIntake {
  private final FeatureColumn[] features;
  private final NumberColumn[] numbers;
  private final ArrayColumn[] arrays;
  private final String[] flaws;
  private boolean anyFlaw;

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
    arrays = new ArrayColumn[features.length];
    flaws = new String[capacity];
    for (int k = 0; k < features.length; k++) {
      if (features[k].depth() == 0) {
        numbers[k] = new NumberColumn(features[k], tensors[k], offsets[k]);
      } else {
        arrays[k] = new ArrayColumn(features[k], tensors[k]);
      }
    }
  }

  @Override
  public void clear() {
    super.clear();
    if (anyFlaw) {
      Arrays.fill(flaws, null);
      anyFlaw = false;
    }
  }

  @Override
  protected void takeFeatures(RowBatch rows, int count) {
    for (int k = 0; k < features.length; k++) {
      if (numbers[k] != null) {
        numbers[k].take(rows, count, unscored);
      } else {
        int ordinal = features[k].ordinal();
        for (int i = 0; i < count; i++) {
          boolean isNull = rows.isNullAt(i, ordinal);
          note(i, arrays[k].take(isNull ? null : rows.get(i).getArray(ordinal), i));
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
      } else {
        for (int i = 0; i < count; i++) {
          boolean isNull = vector.isNullAt(from + i);
          note(i, arrays[k].take(isNull ? null : vector.getArray(from + i), i));
        }
      }
    }
  }

  private void note(int row, String said) {
    if (said == ArrayColumn.UNSCORED) {
      unscored[row] = true;
    } else if (said != null) {
      anyFlaw = true;
      if (flaws[row] == null) {
        flaws[row] = said;
      }
    }
  }

  /** Whether an array of any row has another shape than its tensor. */
  public boolean anyFlaw() {
    return anyFlaw;
  }

  /** What is wrong with a row's arrays; null where nothing is. */
  public String flaw(int row) {
    return flaws[row];
  }
}
