// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

import java.util.Arrays;

/** Name, element type and shape of an input or output. */
public final class TensorType {

  /** The element types that the engine takes or gives. */
  public enum Kind {
    FLOAT(4),
    DOUBLE(8),
    INT64(8),
    INT32(4),
    BOOL(1),
    STRING(0);

    /** In a buffer; 0 for what has none. */
    public final int bytes;

    Kind(int bytes) {
      this.bytes = bytes;
    }
  }

  private final String name;
  private final Kind kind;
  private final long[] row;

  /**
   * @param row the shape without the batch, -1 for an open size
   */
  public TensorType(String name, Kind kind, long... row) {
    this.name = name;
    this.kind = kind;
    this.row = row.clone();
  }

  public String name() {
    return name;
  }

  public Kind kind() {
    return kind;
  }

  /** The shape without the batch, -1 for an open size. */
  public long[] row() {
    return row.clone();
  }

  /** How many values a row has; -1 where a size is open. */
  public int width() {
    long width = 1;
    for (long size : row) {
      if (size < 0) {
        return -1;
      }
      width = Math.multiplyExact(width, size);
    }
    return Math.toIntExact(width);
  }

  /** The shape of so many rows. */
  public long[] shape(int rows) {
    long[] shape = new long[row.length + 1];
    shape[0] = rows;
    System.arraycopy(row, 0, shape, 1, row.length);
    return shape;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof TensorType)) {
      return false;
    }
    TensorType that = (TensorType) other;
    return name.equals(that.name) && kind == that.kind && Arrays.equals(row, that.row);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name + " " + kind + Arrays.toString(row);
  }
}
