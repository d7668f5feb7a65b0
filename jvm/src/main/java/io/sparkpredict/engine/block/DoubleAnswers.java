// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block;

import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;

/** Answers that are doubles. */
public final class DoubleAnswers implements AnswerColumn {
  private double[] values;

  /** Takes the values of the next block. */
  public void set(double[] next) {
    values = next;
  }

  public double value(int row) {
    return values[row];
  }

  @Override
  public void write(UnsafeRowWriter writer, int ordinal, int row) {
    writer.write(ordinal, values[row]);
  }

  @Override
  public void put(WritableColumnVector vector, int from, int count) {
    vector.putDoubles(from, count, values, 0);
  }
}
