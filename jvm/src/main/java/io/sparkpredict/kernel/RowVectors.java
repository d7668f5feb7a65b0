// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.util.Arrays;

/**
 * For each threshold of a forest a vector with a bit for each of 512 rows: set where the row goes
 * left. Row {@code r} is bit {@code r / 8} of word {@code r % 8}.
 */
final class RowVectors {
  /** Words of a vector. */
  static final int WORDS = 8;

  /** Rows of a vector. */
  static final int ROWS = 64 * WORDS;

  // Measured on one core: nanoseconds for a row.
  private static final double COLUMN = 1.2;
  private static final double TWIN = 0.3;
  private static final double VECTOR = 0.008;

  private final CodeColumns columns;
  private final int[] first; // vector of each code column, and one more

  RowVectors(CodeColumns columns) {
    this.columns = columns;
    first = new int[columns.count() + 1];
    for (int column = 0; column < columns.count(); column++) {
      // One more than tests ask for: the rows that go right everywhere.
      first[column + 1] = first[column] + columns.largest(column) + 1;
    }
  }

  /** The vector of the rows whose code is at most {@code code}. */
  int of(int column, int code) {
    return first[column] + code;
  }

  /** The same vector where no number is missing. */
  int ofPresent(int column, int code) {
    int twin = columns.twin(column);
    return first[twin < 0 ? column : twin] + code;
  }

  int count() {
    return first[first.length - 1];
  }

  /**
   * Makes the vectors of up to 512 rows from row {@code from} on.
   *
   * @return whether all were made; else only those that {@link #ofPresent} gives, because no number is
   *     missing where it matters
   */
  boolean fill(Block block, int from) {
    long start = System.nanoTime();
    int rows = Math.min(ROWS, block.rows() - from);
    boolean missing = false;
    for (int column = 0; column < columns.count(); column++) {
      if (columns.twin(column) < 0) {
        fill(block, column, from, rows);
      } else {
        missing = missing || columns.anyMissing(block, column, from, rows);
      }
    }
    if (missing) {
      for (int column = 0; column < columns.count(); column++) {
        if (columns.twin(column) >= 0) {
          columns.missing(block, column, from, rows, block.missing);
          int twin = first[columns.twin(column)] * WORDS;
          exclude(block.vectors, twin, block.missing, first[column] * WORDS, end(column));
        }
      }
    }
    block.coded(System.nanoTime() - start);
    return missing;
  }

  private void fill(Block block, int column, int from, int rows) {
    columns.code(block, column, from, rows, block.codes);
    int at = first[column] * WORDS;
    Arrays.fill(block.vectors, at, end(column), 0L);
    equal(block.codes, rows, block.vectors, at);
    WordLoops.BEST.atMost(block.vectors, at, end(column));
  }

  private int end(int column) {
    return (first[column + 1] - 1) * WORDS;
  }

  private static void exclude(long[] bits, int twin, long[] missing, int from, int end) {
    int shift = twin - from;
    for (int at = from; at < end; at++) {
      bits[at] = bits[shift + at] & ~missing[at % WORDS];
    }
  }

  private static void equal(char[] codes, int rows, long[] bits, int at) {
    for (int i = 0; i < rows; i += WORDS) {
      long row = 1L << (i >> 3);
      bits[at + codes[i] * WORDS] |= row;
      bits[at + codes[i + 1] * WORDS + 1] |= row;
      bits[at + codes[i + 2] * WORDS + 2] |= row;
      bits[at + codes[i + 3] * WORDS + 3] |= row;
      bits[at + codes[i + 4] * WORDS + 4] |= row;
      bits[at + codes[i + 5] * WORDS + 5] |= row;
      bits[at + codes[i + 6] * WORDS + 6] |= row;
      bits[at + codes[i + 7] * WORDS + 7] |= row;
    }
  }

  /** Estimated nanoseconds for a row. */
  double cost() {
    double sum = 0;
    for (int column = 0; column < columns.count(); column++) {
      boolean twin = columns.twin(column) >= 0;
      sum += twin ? TWIN : columns.cost(column) + COLUMN + VECTOR * columns.largest(column);
    }
    return sum;
  }

  long bytes() {
    return columns.bytes() + 4L * first.length;
  }
}
