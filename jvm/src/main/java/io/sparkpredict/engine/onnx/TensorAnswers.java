// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

import io.sparkpredict.engine.block.AnswerColumn;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeArrayWriter;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeWriter;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.unsafe.types.UTF8String;

/** An output's rows as values, or as arrays as deep as its shape. */
public final class TensorAnswers implements AnswerColumn {
  private final Tensor tensor;
  private final int[] sizes;
  private final UnsafeArrayWriter[] writers;
  private UnsafeRowWriter parent;
  private int at;

  /** A row of one value is a value, one of any shape beside {@code []} and {@code [1]} an array. */
  public TensorAnswers(Tensor tensor) {
    this.tensor = tensor;
    long[] row = tensor.type().row();
    boolean isValue = row.length == 0 || (row.length == 1 && row[0] == 1);
    sizes = new int[isValue ? 0 : row.length];
    for (int level = 0; level < sizes.length; level++) {
      sizes[level] = (int) row[level];
    }
    writers = new UnsafeArrayWriter[sizes.length];
  }

  @Override
  public void write(UnsafeRowWriter writer, int ordinal, int row) {
    at = row * tensor.width();
    if (sizes.length == 0) {
      writeValue(writer, ordinal);
    } else {
      if (writer != parent) {
        parent = writer;
        prepare(writer);
      }
      writeArray(writer, ordinal, 0);
    }
  }

  private void prepare(UnsafeRowWriter writer) {
    UnsafeWriter outer = writer;
    for (int level = 0; level < sizes.length; level++) {
      boolean isBit = level == sizes.length - 1 && tensor.type().kind() == TensorType.Kind.BOOL;
      writers[level] = new UnsafeArrayWriter(outer, isBit ? 1 : 8);
      outer = writers[level];
    }
  }

  private void writeArray(UnsafeWriter outer, int ordinal, int level) {
    int start = outer.cursor();
    UnsafeArrayWriter writer = writers[level];
    writer.initialize(sizes[level]);
    for (int i = 0; i < sizes[level]; i++) {
      if (level == sizes.length - 1) {
        writeValue(writer, i);
      } else {
        writeArray(writer, i, level + 1);
      }
    }
    outer.setOffsetAndSizeFromPreviousCursor(ordinal, start);
  }

  private void writeValue(UnsafeWriter writer, int ordinal) {
    switch (tensor.type().kind()) {
      case FLOAT:
        writer.write(ordinal, (double) tensor.floats[at]);
        break;
      case DOUBLE:
        writer.write(ordinal, tensor.doubles[at]);
        break;
      case FLOAT16:
        writer.write(ordinal, tensor.number(at));
        break;
      case BOOL:
        writer.write(ordinal, tensor.bytes[at] != 0);
        break;
      case STRING:
        writer.write(ordinal, UTF8String.fromString(tensor.texts[at]));
        break;
      default:
        writer.write(ordinal, tensor.whole(at));
    }
    at++;
  }

  @Override
  public void put(WritableColumnVector vector, int from, int count) {
    at = 0;
    for (int i = 0; i < count; i++) {
      if (sizes.length == 0) {
        putValue(vector, from + i);
      } else {
        WritableColumnVector elements = vector.arrayData();
        int start = elements.getElementsAppended();
        append(elements, 0);
        vector.putArray(from + i, start, sizes[0]);
      }
    }
  }

  private void putValue(WritableColumnVector vector, int row) {
    switch (tensor.type().kind()) {
      case FLOAT:
        vector.putDouble(row, tensor.floats[at]);
        break;
      case DOUBLE:
        vector.putDouble(row, tensor.doubles[at]);
        break;
      case FLOAT16:
        vector.putDouble(row, tensor.number(at));
        break;
      case BOOL:
        vector.putBoolean(row, tensor.bytes[at] != 0);
        break;
      case STRING:
        byte[] text = UTF8String.fromString(tensor.texts[at]).getBytes();
        vector.putByteArray(row, text, 0, text.length);
        break;
      default:
        vector.putLong(row, tensor.whole(at));
    }
    at++;
  }

  /** Appends the elements of one array. */
  private void append(WritableColumnVector elements, int level) {
    for (int i = 0; i < sizes[level]; i++) {
      if (level < sizes.length - 1) {
        elements.appendArray(sizes[level + 1]);
        append(elements.arrayData(), level + 1);
      } else {
        appendValue(elements);
      }
    }
  }

  private void appendValue(WritableColumnVector elements) {
    switch (tensor.type().kind()) {
      case FLOAT:
        elements.appendDouble(tensor.floats[at]);
        break;
      case DOUBLE:
        elements.appendDouble(tensor.doubles[at]);
        break;
      case FLOAT16:
        elements.appendDouble(tensor.number(at));
        break;
      case BOOL:
        elements.appendBoolean(tensor.bytes[at] != 0);
        break;
      case STRING:
        byte[] text = UTF8String.fromString(tensor.texts[at]).getBytes();
        elements.appendByteArray(text, 0, text.length);
        break;
      default:
        elements.appendLong(tensor.whole(at));
    }
    at++;
  }
}
