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
  private final int ordinal;
  private final FeatureColumn.Kind kind;
  private final boolean nullUnscored;
  private final Tensor tensor;
  private final int offset;
  private final int stride;

  NumberColumn(FeatureColumn feature, Tensor tensor, int offset) {
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

  private void missing(int row) {
    tensor.setNumber(row * stride + offset, Double.NaN);
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
        tensor.setWhole(row * stride + offset, vector.getInt(from));
        break;
      case LONG:
        tensor.setWhole(row * stride + offset, vector.getLong(from));
        break;
      case SHORT:
        tensor.setWhole(row * stride + offset, vector.getShort(from));
        break;
      case BYTE:
        tensor.setWhole(row * stride + offset, vector.getByte(from));
        break;
      default:
        tensor.setWhole(row * stride + offset, vector.getBoolean(from) ? 1L : 0L);
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
        tensor.setWhole(row * stride + offset, Platform.getInt(bytes, place));
        break;
      case LONG:
        tensor.setWhole(row * stride + offset, Platform.getLong(bytes, place));
        break;
      case SHORT:
        tensor.setWhole(row * stride + offset, Platform.getShort(bytes, place));
        break;
      case BYTE:
        tensor.setWhole(row * stride + offset, Platform.getByte(bytes, place));
        break;
      default:
        tensor.setWhole(row * stride + offset, Platform.getBoolean(bytes, place) ? 1L : 0L);
    }
  }
}
