// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block;

import io.sparkpredict.kernel.Dictionary;
import java.io.Serializable;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * One feature as the operator's child gives it, and how its values get into a block. In Java, with a
 * loop for each type, because these are the only lines that see every value of a query.
 */
public final class FeatureColumn implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The types that a feature, or an element of an array, can come in. */
  public enum Kind {
    BOOLEAN,
    BYTE,
    SHORT,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    STRING
  }

  private final String name;
  private final int ordinal;
  private final Kind kind;
  private final int depth;
  private final boolean nullUnscored;
  private final boolean nullInsideUnscored;

  /**
   * @param name of the feature
   * @param ordinal place among the child's columns
   * @param kind its type, or that of its elements
   * @param depth how many arrays lie around an element; 0 for a plain value
   * @param nullUnscored whether a row with a NULL here is not scored; else the NULL is a NaN
   * @param nullInsideUnscored the same for a NULL in an array
   */
  public FeatureColumn(
      String name,
      int ordinal,
      Kind kind,
      int depth,
      boolean nullUnscored,
      boolean nullInsideUnscored) {
    this.name = name;
    this.ordinal = ordinal;
    this.kind = kind;
    this.depth = depth;
    this.nullUnscored = nullUnscored;
    this.nullInsideUnscored = nullInsideUnscored;
  }

  /** The name of the feature. */
  public String name() {
    return name;
  }

  /** The type of its values, or of an array's elements. */
  public Kind kind() {
    return kind;
  }

  /** How many arrays lie around an element; 0 for a plain value. */
  public int depth() {
    return depth;
  }

  /** Whether a row with a NULL here is not scored. */
  public boolean nullUnscored() {
    return nullUnscored;
  }

  /** Whether a row with a NULL in the array is not scored. */
  public boolean nullInsideUnscored() {
    return nullInsideUnscored;
  }

  /** The place among the child's columns. */
  public int ordinal() {
    return ordinal;
  }

  /** Takes numbers of {@code count} rows from {@code from} on; null where the scorer reads none. */
  public void numbers(ColumnVector vector, int from, int count, double[] out, boolean[] unscored) {
    if (vector.hasNull()) {
      withNulls(vector, from, count, out, unscored);
    } else if (out != null) {
      withoutNulls(vector, from, count, out);
    }
  }

  private void withNulls(
      ColumnVector vector, int from, int count, double[] out, boolean[] unscored) {
    for (int i = 0; i < count; i++) {
      boolean isNull = vector.isNullAt(from + i);
      unscored[i] |= isNull && nullUnscored;
      if (out != null) {
        // What stands behind a NULL is nothing that a vector can be asked for.
        out[i] = isNull ? Double.NaN : number(vector, from + i);
      }
    }
  }

  private void withoutNulls(ColumnVector vector, int from, int count, double[] out) {
    if (kind == Kind.DOUBLE) {
      for (int i = 0; i < count; i++) {
        out[i] = vector.getDouble(from + i);
      }
    } else if (kind == Kind.FLOAT) {
      for (int i = 0; i < count; i++) {
        out[i] = vector.getFloat(from + i);
      }
    } else if (kind == Kind.INT) {
      for (int i = 0; i < count; i++) {
        out[i] = vector.getInt(from + i);
      }
    } else {
      for (int i = 0; i < count; i++) {
        out[i] = number(vector, from + i);
      }
    }
  }

  private double number(ColumnVector vector, int row) {
    switch (kind) {
      case BOOLEAN:
        return vector.getBoolean(row) ? 1.0 : 0.0;
      case BYTE:
        return vector.getByte(row);
      case SHORT:
        return vector.getShort(row);
      case INT:
        return vector.getInt(row);
      case LONG:
        return vector.getLong(row);
      case FLOAT:
        return vector.getFloat(row);
      default:
        return vector.getDouble(row);
    }
  }

  /** Takes texts of {@code count} rows from {@code from} on; null where the scorer reads none. */
  public void texts(
      ColumnVector vector,
      int from,
      int count,
      int[] out,
      Dictionary dictionary,
      boolean[] unscored) {
    for (int i = 0; i < count; i++) {
      if (vector.isNullAt(from + i)) {
        unscored[i] |= nullUnscored;
        if (out != null) {
          out[i] = Dictionary.NULL;
        }
      } else if (out != null) {
        out[i] = place(vector.getUTF8String(from + i), dictionary);
      }
    }
  }

  /** Takes the numbers of the first {@code count} rows; null where the scorer reads none. */
  public void numbers(RowBatch rows, int count, double[] out, boolean[] unscored) {
    if (out == null) {
      nulls(rows, count, unscored);
    } else if (rows.anyNull(ordinal)) {
      for (int i = 0; i < count; i++) {
        boolean isNull = rows.isNullAt(i, ordinal);
        unscored[i] |= isNull && nullUnscored;
        out[i] = isNull ? Double.NaN : number(rows.bytes(), rows.place(i, ordinal));
      }
    } else {
      withoutNulls(rows, count, out);
    }
  }

  private void withoutNulls(RowBatch rows, int count, double[] out) {
    byte[] bytes = rows.bytes();
    if (kind == Kind.DOUBLE) {
      for (int i = 0; i < count; i++) {
        out[i] = Platform.getDouble(bytes, rows.place(i, ordinal));
      }
    } else {
      for (int i = 0; i < count; i++) {
        out[i] = number(bytes, rows.place(i, ordinal));
      }
    }
  }

  private void nulls(RowBatch rows, int count, boolean[] unscored) {
    if (nullUnscored && rows.anyNull(ordinal)) {
      for (int i = 0; i < count; i++) {
        unscored[i] |= rows.isNullAt(i, ordinal);
      }
    }
  }

  private double number(byte[] bytes, long place) {
    switch (kind) {
      case DOUBLE:
        return Platform.getDouble(bytes, place);
      case FLOAT:
        return Platform.getFloat(bytes, place);
      case INT:
        return Platform.getInt(bytes, place);
      case LONG:
        return Platform.getLong(bytes, place);
      case SHORT:
        return Platform.getShort(bytes, place);
      case BYTE:
        return Platform.getByte(bytes, place);
      default:
        return Platform.getBoolean(bytes, place) ? 1.0 : 0.0;
    }
  }

  /** Takes the texts of the first {@code count} rows; null where the scorer reads none. */
  public void texts(
      RowBatch rows, int count, int[] out, Dictionary dictionary, boolean[] unscored) {
    if (out == null) {
      nulls(rows, count, unscored);
      return;
    }
    for (int i = 0; i < count; i++) {
      boolean isNull = rows.isNullAt(i, ordinal);
      unscored[i] |= isNull && nullUnscored;
      out[i] = isNull ? Dictionary.NULL : place(rows.get(i).getUTF8String(ordinal), dictionary);
    }
  }

  private static int place(UTF8String text, Dictionary dictionary) {
    Object base = text.getBaseObject();
    if (base instanceof byte[]) {
      int start = (int) (text.getBaseOffset() - Platform.BYTE_ARRAY_OFFSET);
      return dictionary.place((byte[]) base, start, text.numBytes());
    }
    return dictionary.place(text.getBytes(), 0, text.numBytes());
  }

  /** Whether the feature is a text. */
  public boolean isText() {
    return kind == Kind.STRING;
  }
}
