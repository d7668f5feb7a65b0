// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

import io.sparkpredict.engine.block.FeatureColumn;
import io.sparkpredict.engine.block.RowBatch;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.types.UTF8String;

/** A column of texts as one value of each row of a tensor. */
final class TextColumn {

  /** What is wrong with a text that has no form in Java, nor in Python. */
  static final String BROKEN = ": a text that is no UTF-8";

  private final FeatureColumn feature;
  private final Tensor tensor;
  private final int offset;
  private final RowFlaws flaws;
  private final TextCache cache = new TextCache();

  TextColumn(FeatureColumn feature, Tensor tensor, int offset, RowFlaws flaws) {
    this.feature = feature;
    this.tensor = tensor;
    this.offset = offset;
    this.flaws = flaws;
  }

  void take(ColumnVector vector, int from, int count, boolean[] unscored) {
    for (int i = 0; i < count; i++) {
      put(i, vector.isNullAt(from + i) ? null : vector.getUTF8String(from + i), unscored);
    }
  }

  void take(RowBatch rows, int count, boolean[] unscored) {
    int ordinal = feature.ordinal();
    for (int i = 0; i < count; i++) {
      boolean isNull = rows.isNullAt(i, ordinal);
      put(i, isNull ? null : rows.get(i).getUTF8String(ordinal), unscored);
    }
  }

  private void put(int row, UTF8String value, boolean[] unscored) {
    String text = value == null ? null : cache.text(value);
    if (value == null) {
      unscored[row] |= feature.nullUnscored();
    } else if (text == null) {
      flaws.note(row, "feature " + feature.name() + BROKEN);
    }
    tensor.texts[row * tensor.width() + offset] = text;
  }
}
