// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

import io.sparkpredict.engine.block.FeatureColumn;
import org.apache.spark.sql.catalyst.util.ArrayData;

/** A column of arrays as the rows of a tensor: nested as its shape is, or flat. */
final class ArrayColumn {

  /** Said of a row that the model is not given. */
  @SuppressWarnings("StringOperationCanBeSimplified") // known by identity
  static final String UNSCORED = new String("unscored");

  private final String name;
  private final FeatureColumn.Kind kind;
  private final int depth;
  private final boolean nullUnscored;
  private final boolean nullInsideUnscored;
  private final Tensor tensor;
  private final long[] sizes;
  private boolean isNullInside;
  private String flaw;

  ArrayColumn(FeatureColumn feature, Tensor tensor) {
    name = feature.name();
    kind = feature.kind();
    depth = feature.depth();
    nullUnscored = feature.nullUnscored();
    nullInsideUnscored = feature.nullInsideUnscored();
    this.tensor = tensor;
    long[] row = tensor.type().row();
    sizes = depth == row.length ? row : new long[] {tensor.width()};
  }

  /** Takes a row's array; says what is wrong with it, UNSCORED, or null. */
  String take(ArrayData array, int row) {
    if (array == null) {
      return nullUnscored ? UNSCORED : null;
    }
    isNullInside = false;
    flaw = null;
    fill(array, 0, row * tensor.width());
    return flaw == null && isNullInside && nullInsideUnscored ? UNSCORED : flaw;
  }

  private int fill(ArrayData array, int level, int start) {
    int count = array.numElements();
    if (count != sizes[level]) {
      flaw = "feature " + name + ": " + count + " values, not " + sizes[level];
      return start;
    }
    if (level == sizes.length - 1) {
      values(array, count, start);
      return start + count;
    }
    int at = start;
    for (int i = 0; i < count && flaw == null; i++) {
      if (array.isNullAt(i)) {
        isNullInside = true;
        flaw = nullInsideUnscored ? null : "feature " + name + " has a NULL inside";
        at += tensor.width() / (int) sizes[0];
      } else {
        at = fill(array.getArray(i), level + 1, at);
      }
    }
    return at;
  }

  private void values(ArrayData array, int count, int start) {
    for (int i = 0; i < count; i++) {
      if (array.isNullAt(i)) {
        isNullInside = true;
        tensor.setNumber(start + i, Double.NaN);
      } else {
        switch (kind) {
          case DOUBLE:
            tensor.setNumber(start + i, array.getDouble(i));
            break;
          case FLOAT:
            tensor.setNumber(start + i, array.getFloat(i));
            break;
          case INT:
            tensor.setWhole(start + i, array.getInt(i));
            break;
          case LONG:
            tensor.setWhole(start + i, array.getLong(i));
            break;
          case SHORT:
            tensor.setWhole(start + i, array.getShort(i));
            break;
          case BYTE:
            tensor.setWhole(start + i, array.getByte(i));
            break;
          default:
            tensor.setWhole(start + i, array.getBoolean(i) ? 1L : 0L);
        }
      }
    }
  }
}
