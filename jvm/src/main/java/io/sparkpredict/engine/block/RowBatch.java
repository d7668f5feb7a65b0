// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/** The bytes of a block's rows, one after the other: kept while the block is scored, without an object a row. */
public final class RowBatch {
  private final int[] starts;
  private final UnsafeRow row;
  private final int first; // where a row's columns start
  private final long[] nulls; // for each column whether any row has a NULL there, as bits
  private byte[] bytes = new byte[1 << 16];
  private int rows;

  /**
   * @param capacity how many rows fit
   * @param fields how many columns each has
   */
  public RowBatch(int capacity, int fields) {
    starts = new int[capacity + 1];
    row = new UnsafeRow(fields);
    first = UnsafeRow.calculateBitSetWidthInBytes(fields);
    nulls = new long[first / Long.BYTES];
  }

  /** Forgets all rows. */
  public void clear() {
    rows = 0;
    Arrays.fill(nulls, 0L);
  }

  /** Keeps a copy of a row. */
  public void add(UnsafeRow added) {
    int start = starts[rows];
    int end = Math.addExact(start, added.getSizeInBytes());
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 16, 2L * end));
    }
    long at = Platform.BYTE_ARRAY_OFFSET + start;
    added.writeToMemory(bytes, at);
    for (int word = 0; word < nulls.length; word++) {
      nulls[word] |= Platform.getLong(bytes, at + word * Long.BYTES);
    }
    starts[++rows] = end;
  }

  /** A row; the same object for each, until the next call. */
  public UnsafeRow get(int at) {
    row.pointTo(bytes, Platform.BYTE_ARRAY_OFFSET + starts[at], starts[at + 1] - starts[at]);
    return row;
  }

  /** Whether a column of a row is NULL. */
  public boolean isNullAt(int at, int column) {
    long word = Platform.BYTE_ARRAY_OFFSET + starts[at] + (column >> 6 << 3);
    return (Platform.getLong(bytes, word) >>> column & 1L) != 0;
  }

  /** Whether a column of any row is NULL. */
  public boolean anyNull(int column) {
    return (nulls[column >> 6] >>> column & 1L) != 0;
  }

  /** Where in {@link #bytes} a column of a row stands, as {@link Platform} counts. */
  public long place(int at, int column) {
    return Platform.BYTE_ARRAY_OFFSET + starts[at] + first + 8L * column;
  }

  public byte[] bytes() {
    return bytes;
  }

  /** How many bytes there is room for. */
  public int room() {
    return bytes.length;
  }

  /** How many bytes the rows take. */
  public int size() {
    return starts[rows];
  }
}
