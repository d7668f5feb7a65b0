// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

import io.sparkpredict.engine.block.FeatureColumn;
import io.sparkpredict.engine.block.RowBatch;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.Platform;

/**
 * A column of numbers as one value of each row of a tensor. A loop for each of the usual types,
 * because these are the only lines that see every value of a query.
 */
final class NumberColumn {
  private final String name;
  private final int ordinal;
  private final FeatureColumn.Kind kind;
  private final boolean nullUnscored;
  private final Tensor tensor;
  private final int offset;
  private final int stride;
  private final RowFlaws flaws;

  NumberColumn(FeatureColumn feature, Tensor tensor, int offset, RowFlaws flaws) {
    this.flaws = flaws;
    name = feature.name();
    ordinal = feature.ordinal();
    kind = feature.kind();
    nullUnscored = feature.nullUnscored();
    this.tensor = tensor;
    this.offset = offset;
    stride = tensor.width();
  }

  void take(ColumnVector vector, int from, int count, boolean[] unscored) {
    if (vector.hasNull()) {
      for (int i = 0; i < count; i++) {
        if (vector.isNullAt(from + i)) {
          unscored[i] |= nullUnscored;
          missing(i);
        } else {
          put(i, vector, from + i);
        }
      }
    } else if (tensor.floats != null) {
      floats(vector, from, count, tensor.floats);
    } else {
      for (int i = 0; i < count; i++) {
        put(i, vector, from + i);
      }
    }
  }

  private void floats(ColumnVector vector, int from, int count, float[] out) {
    int at = offset;
    if (kind == FeatureColumn.Kind.DOUBLE) {
      for (int i = 0; i < count; i++, at += stride) {
        out[at] = (float) vector.getDouble(from + i);
      }
    } else if (kind == FeatureColumn.Kind.FLOAT) {
      for (int i = 0; i < count; i++, at += stride) {
        out[at] = vector.getFloat(from + i);
      }
    } else if (kind == FeatureColumn.Kind.INT) {
      for (int i = 0; i < count; i++, at += stride) {
        out[at] = vector.getInt(from + i);
      }
    } else {
      for (int i = 0; i < count; i++) {
        put(i, vector, from + i);
      }
    }
  }

  void take(RowBatch rows, int count, boolean[] unscored) {
    boolean anyNull = rows.anyNull(ordinal);
    byte[] bytes = rows.bytes();
    for (int i = 0; i < count; i++) {
      if (anyNull && rows.isNullAt(i, ordinal)) {
        unscored[i] |= nullUnscored;
        missing(i);
      } else {
        put(i, bytes, rows.place(i, ordinal));
      }
    }
  }

  /** A row that is not scored has any number that a graph takes: some refuse NaN. */
  private void missing(int row) {
    tensor.setNumber(row * stride + offset, nullUnscored ? 0.0 : Double.NaN);
  }

  private void setWhole(int row, long value) {
    if (!tensor.setWhole(row * stride + offset, value)) {
      flaws.noteUnfit(row, name, value, tensor.type().kind());
    }
  }

  private void put(int row, ColumnVector vector, int from) {
    switch (kind) {
      case DOUBLE:
        tensor.setNumber(row * stride + offset, vector.getDouble(from));
        break;
      case FLOAT:
        tensor.setNumber(row * stride + offset, vector.getFloat(from));
        break;
      case INT:
        setWhole(row, vector.getInt(from));
        break;
      case LONG:
        setWhole(row, vector.getLong(from));
        break;
      case SHORT:
        setWhole(row, vector.getShort(from));
        break;
      case BYTE:
        setWhole(row, vector.getByte(from));
        break;
      default:
        setWhole(row, vector.getBoolean(from) ? 1L : 0L);
    }
  }

  private void put(int row, byte[] bytes, long place) {
    switch (kind) {
      case DOUBLE:
        tensor.setNumber(row * stride + offset, Platform.getDouble(bytes, place));
        break;
      case FLOAT:
        tensor.setNumber(row * stride + offset, Platform.getFloat(bytes, place));
        break;
      case INT:
        setWhole(row, Platform.getInt(bytes, place));
        break;
      case LONG:
        setWhole(row, Platform.getLong(bytes, place));
        break;
      case SHORT:
        setWhole(row, Platform.getShort(bytes, place));
        break;
      case BYTE:
        setWhole(row, Platform.getByte(bytes, place));
        break;
      default:
        setWhole(row, Platform.getBoolean(bytes, place) ? 1L : 0L);
    }
  }
}
