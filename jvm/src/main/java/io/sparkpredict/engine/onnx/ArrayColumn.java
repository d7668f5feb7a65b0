// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

import io.sparkpredict.engine.block.FeatureColumn;
import org.apache.spark.sql.catalyst.util.ArrayData;

/** A column of arrays as the rows of a tensor: nested as its shape is, or flat. */
final class ArrayColumn {

  private final String name;
  private final FeatureColumn.Kind kind;
  private final int depth;
  private final boolean nullUnscored;
  private final boolean nullInsideUnscored;
  private final Tensor tensor;
  private final long[] sizes;
  private final RowFlaws flaws;
  private final TextCache cache = new TextCache();
  private boolean isNullInside;
  private String flaw;

  ArrayColumn(FeatureColumn feature, Tensor tensor, RowFlaws flaws) {
    this.flaws = flaws;
    name = feature.name();
    kind = feature.kind();
    depth = feature.depth();
    nullUnscored = feature.nullUnscored();
    nullInsideUnscored = feature.nullInsideUnscored();
    this.tensor = tensor;
    long[] row = tensor.type().row();
    sizes = depth == row.length ? row : new long[] {tensor.width()};
  }

  /** Takes a row's array. */
  void take(ArrayData array, int row, boolean[] unscored) {
    if (array == null) {
      unscored[row] |= nullUnscored;
      return;
    }
    isNullInside = false;
    flaw = null;
    fill(array, 0, row * tensor.width());
    if (flaw != null) {
      flaws.note(row, flaw);
    }
    // a score that is NULL anyway has no flaw
    unscored[row] |= isNullInside && nullInsideUnscored;
  }

  private int fill(ArrayData array, int level, int start) {
    int count = array.numElements();
    if (count != sizes[level]) {
      flaw = "feature " + name + ": " + count + " values, not " + sizes[level];
      for (int i = 0; i < count; i++) {
        isNullInside |= array.isNullAt(i);
      }
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
        missing(start + i);
      } else {
        put(array, i, start + i);
      }
    }
  }

  private void missing(int at) {
    if (kind == FeatureColumn.Kind.STRING) {
      tensor.texts[at] = null;
    } else {
      tensor.setNumber(at, nullInsideUnscored ? 0.0 : Double.NaN);
    }
  }

  private void put(ArrayData array, int from, int at) {
    switch (kind) {
      case DOUBLE:
        tensor.setNumber(at, array.getDouble(from));
        break;
      case FLOAT:
        tensor.setNumber(at, array.getFloat(from));
        break;
      case INT:
        setWhole(at, array.getInt(from));
        break;
      case LONG:
        setWhole(at, array.getLong(from));
        break;
      case SHORT:
        setWhole(at, array.getShort(from));
        break;
      case BYTE:
        setWhole(at, array.getByte(from));
        break;
      case STRING:
        tensor.texts[at] = cache.text(array.getUTF8String(from));
        if (tensor.texts[at] == null) {
          flaw = "feature " + name + TextColumn.BROKEN;
        }
        break;
      default:
        setWhole(at, array.getBoolean(from) ? 1L : 0L);
    }
  }

  private void setWhole(int at, long value) {
    if (!tensor.setWhole(at, value)) {
      flaw = "feature " + name + ": " + value + " does not fit " + tensor.type().kind();
    }
  }
}
