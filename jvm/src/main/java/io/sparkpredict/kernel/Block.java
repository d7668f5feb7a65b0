// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.util.Arrays;

/**
 * Rows on their way through a program, column by column. One thread's, used for one batch after the
 * other.
 *
 * <p>The capacity is a multiple of 512. Kernels work on groups of rows, of which the last may not be
 * full; what stands behind the last row is read too, and never part of an answer.
 */
public final class Block {
  /** Rows that are scored side by side. */
  public static final int GROUP = 8;

  /** Columns of numbers by slot; a missing number is NaN. */
  public final double[][] numbers;

  /** Columns of texts by slot, as places in a {@link Dictionary}. */
  public final int[][] texts;

  /** Work space of the step under way: a column of whole numbers, and one of numbers. */
  final int[] ints;
  final char[] codes = new char[RowVectors.ROWS];

  final double[] work;

  /** Work space of walks: all code columns in groups of eight rows. */
  final char[] grid;

  /** Work space of row bits: a vector for each threshold, those of a tree's nodes, and leaves. */
  final long[] vectors;

  final long[] reached;
  final long[] missing = new long[RowVectors.WORDS];
  final LeafNumbers leaves;

  private final int capacity;
  private final int[] flaws;
  private boolean flawed;
  private int rows;
  private long codingNanos;

  Block(int capacity, int numberSlots, int textSlots, Space space) {
    this.capacity = capacity;
    numbers = new double[numberSlots][capacity];
    texts = new int[textSlots][capacity];
    ints = new int[capacity];
    work = new double[capacity];
    flaws = new int[capacity];
    grid = new char[space.grid * capacity];
    vectors = new long[space.vectors * RowVectors.WORDS];
    reached = new long[space.reached * RowVectors.WORDS];
    leaves = space.reached == 0 ? null : new LeafNumbers();
  }

  /** How many rows fit. */
  public int capacity() {
    return capacity;
  }

  /** How many rows are there. */
  public int rows() {
    return rows;
  }

  /** Says how many rows the columns have been filled with. */
  public void setRows(int count) {
    if (count < 0 || count > capacity) {
      throw new IllegalArgumentException(count + " rows in a block of " + capacity);
    }
    rows = count;
  }

  /** Adds to the time that coding took. */
  void coded(long nanos) {
    codingNanos += nanos;
  }

  /** Nanoseconds that forests took so far to turn numbers into codes. */
  public long codingNanos() {
    return codingNanos;
  }

  /** Notes what is wrong with a row; what is noted first stays. */
  void refuse(int row, int flaw) {
    flawed = true;
    if (flaws[row] == 0) {
      flaws[row] = flaw;
    }
  }

  /** Whether any row is bad. */
  public boolean isFlawed() {
    return flawed;
  }

  /** What is wrong with a row, as its step noted it; 0 for nothing. */
  int flaw(int row) {
    return flaws[row];
  }

  /** For each row 1 where it is bad, else 0: all of them at once, for who asks from afar. */
  public byte[] bad() {
    byte[] found = new byte[rows];
    for (int i = 0; i < rows; i++) {
      found[i] = (byte) (flaws[i] == 0 ? 0 : 1);
    }
    return found;
  }

  void clearFlaws() {
    if (flawed) {
      Arrays.fill(flaws, 0);
      flawed = false;
    }
  }

  /** The bytes that a block of this shape takes. */
  static long bytes(int capacity, int numberSlots, int textSlots, Space space) {
    return space.bytes(capacity) + capacity * (8L * (numberSlots + 1) + 4L * (2 + textSlots));
  }
}
