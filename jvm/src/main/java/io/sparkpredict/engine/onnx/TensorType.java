// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

import java.util.Arrays;
import java.util.Locale;

/** Name, element type and shape of an input or output. */
public final class TensorType {

  /** The element types that the engine takes or gives. */
  public enum Kind {
    FLOAT(4),
    DOUBLE(8),
    FLOAT16(2),
    INT64(8, Long.MIN_VALUE, Long.MAX_VALUE),
    INT32(4, Integer.MIN_VALUE, Integer.MAX_VALUE),
    INT16(2, Short.MIN_VALUE, Short.MAX_VALUE),
    INT8(1, Byte.MIN_VALUE, Byte.MAX_VALUE),
    UINT8(1, 0, 255),
    UINT16(2, 0, 65535),
    UINT32(4, 0, 4294967295L),
    BOOL(1, 0, 1),
    STRING(0);

    /** In a buffer; 0 for what has none. */
    public final int bytes;

    private final boolean isWhole;
    private final long least;
    private final long most;

    Kind(int bytes) {
      this.bytes = bytes;
      isWhole = false;
      least = Long.MIN_VALUE;
      most = Long.MAX_VALUE;
    }

    Kind(int bytes, long least, long most) {
      this.bytes = bytes;
      isWhole = true;
      this.least = least;
      this.most = most;
    }

    /** Whether its values are whole numbers or flags, of which none is NaN. */
    public boolean isWhole() {
      return isWhole;
    }

    /** Whether the library makes a tensor of our values. Of these it only gives its own. */
    public boolean isMade() {
      return this != UINT16 && this != UINT32;
    }

    /** Whether it is a number with a fraction. */
    public boolean isFloating() {
      return !isWhole && this != STRING;
    }

    /** Whether a whole number can be one of these. */
    public boolean fits(long value) {
      return least <= value && value <= most;
    }

    /** As ONNX and numpy call it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
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
