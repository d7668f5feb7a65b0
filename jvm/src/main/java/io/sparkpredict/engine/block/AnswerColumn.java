// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block;

import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;

/** A column of a block's answers. */
public interface AnswerColumn {

  /** Writes a row's value. */
  void write(UnsafeRowWriter writer, int ordinal, int row);

  /** Writes the first {@code count} values behind those of a vector's first {@code from} rows. */
  void put(WritableColumnVector vector, int from, int count);
}
