// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.spark.storage.StorageUtils;

/**
 * The values of a block of rows, row after row, in one array: loops over it need no checks of a
 * buffer. A direct buffer beside it is what the native library reads or writes.
 */
public final class Tensor {
  private static final int TEXT_BYTES = 32; // a guess at a label's

  private final TensorType type;
  private final int capacity;
  private final int width;
  private final ByteBuffer buffer;

  /** One of these, by the element type. */
  public final float[] floats;

  public final double[] doubles;
  public final long[] longs;
  public final int[] ints; // also UINT32
  public final short[] shorts; // also UINT16 and FLOAT16
  public final byte[] bytes; // also UINT8 and BOOL
  public final String[] texts;

  /**
   * @param type of which no size is open
   * @param capacity how many rows fit
   */
  public Tensor(TensorType type, int capacity) {
    this.type = type;
    this.capacity = capacity;
    this.width = type.width();
    TensorType.Kind kind = type.kind();
    int size = Math.multiplyExact(capacity, width);
    floats = kind == TensorType.Kind.FLOAT ? new float[size] : null;
    doubles = kind == TensorType.Kind.DOUBLE ? new double[size] : null;
    longs = kind == TensorType.Kind.INT64 ? new long[size] : null;
    boolean isInt = kind == TensorType.Kind.INT32 || kind == TensorType.Kind.UINT32;
    ints = isInt ? new int[size] : null;
    shorts = kind.bytes == 2 ? new short[size] : null;
    bytes = kind.bytes == 1 ? new byte[size] : null;
    texts = kind == TensorType.Kind.STRING ? new String[size] : null;
    // The library asks nobody for the order of bytes: it must be the machine's.
    buffer =
        kind.bytes == 0 || !kind.isMade()
            ? null
            : ByteBuffer.allocateDirect(Math.multiplyExact(size, kind.bytes))
                .order(ByteOrder.nativeOrder());
  }

  public TensorType type() {
    return type;
  }

  public int capacity() {
    return capacity;
  }

  /** How many values a row has. */
  public int width() {
    return width;
  }

  /** Null for texts, and for what the library gives in tensors of its own. */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** Puts a whole number, or a flag, at a place; says whether it fits there. */
  public boolean setWhole(int at, long value) {
    if (floats != null) {
      floats[at] = value;
    } else if (doubles != null) {
      doubles[at] = value;
    } else if (longs != null) {
      longs[at] = value;
    } else if (ints != null) {
      ints[at] = (int) value;
    } else if (type.kind() == TensorType.Kind.FLOAT16) {
      shorts[at] = Half.of(value);
    } else if (shorts != null) {
      shorts[at] = (short) value;
    } else {
      bytes[at] = (byte) value;
    }
    return type.kind().fits(value);
  }

  /** Puts a number at a place: the nearest floating one, or a whole one, of which NaN is zero. */
  public void setNumber(int at, double value) {
    if (floats != null) {
      floats[at] = (float) value;
    } else if (doubles != null) {
      doubles[at] = value;
    } else if (type.kind() == TensorType.Kind.FLOAT16) {
      shorts[at] = Half.of(value);
    } else {
      setWhole(at, (long) value);
    }
  }

  /** Frees the buffer. No run may be under way, and none may follow. */
  public void free() {
    if (buffer != null) {
      StorageUtils.dispose(buffer);
    }
  }

  /** A value as a double; NaN for a text. */
  public double number(int at) {
    switch (type.kind()) {
      case FLOAT:
        return floats[at];
      case DOUBLE:
        return doubles[at];
      case FLOAT16:
        return Half.value(shorts[at]);
      case STRING:
        return Double.NaN;
      default:
        return whole(at);
    }
  }

  /** A whole number, or a flag. */
  public long whole(int at) {
    switch (type.kind()) {
      case INT64:
        return longs[at];
      case INT32:
        return ints[at];
      case UINT32:
        return Integer.toUnsignedLong(ints[at]);
      case INT16:
        return shorts[at];
      case UINT16:
        return Short.toUnsignedInt(shorts[at]);
      case UINT8:
        return bytes[at] & 0xFF;
      default:
        return bytes[at];
    }
  }

  /** All texts of the first rows, such as the library takes: what has none is empty. */
  public String[] firstTexts(int rows) {
    int count = rows * width;
    for (int at = 0; at < count; at++) {
      if (texts[at] == null) {
        texts[at] = "";
      }
    }
    return count == texts.length ? texts : Arrays.copyOf(texts, count);
  }

  /** Copies a row of another tensor of this type. */
  public void copyRow(int to, Tensor other, int from) {
    System.arraycopy(other.array(), from * width, array(), to * width, width);
  }

  private Object array() {
    Object numbers = floats != null ? floats : doubles != null ? doubles : longs;
    Object narrow = ints != null ? ints : shorts != null ? shorts : bytes;
    return numbers != null ? numbers : narrow != null ? narrow : texts;
  }

  /** Bytes of both the array and the buffer. */
  public static long size(TensorType type, int rows) {
    int each = type.kind() == TensorType.Kind.STRING ? TEXT_BYTES : type.kind().bytes;
    return 2L * rows * type.width() * each;
  }

  /** Copies the first rows into the buffer. */
  public void toBuffer(int rows) {
    int count = rows * width;
    switch (type.kind()) {
      case FLOAT:
        buffer.asFloatBuffer().put(floats, 0, count);
        break;
      case DOUBLE:
        buffer.asDoubleBuffer().put(doubles, 0, count);
        break;
      case INT64:
        buffer.asLongBuffer().put(longs, 0, count);
        break;
      case INT32:
        buffer.asIntBuffer().put(ints, 0, count);
        break;
      case INT16:
      case FLOAT16:
        buffer.asShortBuffer().put(shorts, 0, count);
        break;
      case STRING:
        break;
      default:
        buffer.duplicate().put(bytes, 0, count);
    }
  }

  /** Copies the first rows out of the buffer. */
  public void fromBuffer(int rows) {
    int count = rows * width;
    switch (type.kind()) {
      case FLOAT:
        buffer.asFloatBuffer().get(floats, 0, count);
        break;
      case DOUBLE:
        buffer.asDoubleBuffer().get(doubles, 0, count);
        break;
      case INT64:
        buffer.asLongBuffer().get(longs, 0, count);
        break;
      case INT32:
        buffer.asIntBuffer().get(ints, 0, count);
        break;
      case INT16:
      case FLOAT16:
        buffer.asShortBuffer().get(shorts, 0, count);
        break;
      case STRING:
        break;
      default:
        buffer.duplicate().get(bytes, 0, count);
    }
  }
}
