// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

import java.util.Arrays;

/**
 * The code columns of a forest: for each which column of the block it codes, and how. A column whose
 * tests send missing numbers to both sides has two, so that no test asks whether a number is missing.
 */
final class CodeColumns {
  /** LightGBM takes numbers up to this size for zero: the float nearest to 1e-35. */
  private static final double ZERO = 1e-35f;

  private final int[] inputs;
  private final Trees.Missing[] missing;
  private final Coding[] codings;
  private final int[] twins;

  /**
   * @param inputs for each column the block's that it codes
   * @param missing what it takes for missing
   * @param codings how it codes
   * @param twins for each the column before it that differs only in where missing numbers go, left
   *     there; -1 for none
   */
  CodeColumns(int[] inputs, Trees.Missing[] missing, Coding[] codings, int[] twins) {
    this.inputs = inputs;
    this.missing = missing;
    this.codings = codings;
    this.twins = twins;
  }

  int count() {
    return codings.length;
  }

  /** The column that has the same codes where no number is missing; -1 for none. */
  int twin(int column) {
    return twins[column];
  }

  /** Whether a number is missing among rows of a column. */
  boolean anyMissing(Block block, int column, int from, int rows) {
    double[] values = values(block, column, from, rows);
    for (int i = from; i < from + rows; i++) {
      if (values[i] != values[i]) {
        return true;
      }
    }
    return false;
  }

  /** Notes the rows of a column whose number is missing, as bits of a vector. */
  void missing(Block block, int column, int from, int rows, long[] out) {
    double[] values = values(block, column, from, rows);
    Arrays.fill(out, 0L);
    for (int i = 0; i < rows; i++) {
      if (values[from + i] != values[from + i]) {
        out[i % RowVectors.WORDS] |= 1L << i / RowVectors.WORDS;
      }
    }
  }

  /** The largest code of a column: right of all its tests. */
  int largest(int column) {
    return codings[column].largest();
  }

  /** Codes rows of one column. */
  void code(Block block, int column, int from, int rows, char[] out) {
    codings[column].code(values(block, column, from, rows), from, rows, out, 0, Block.GROUP);
  }

  /**
   * Codes all columns in groups of eight rows: the codes of a group's columns stand side by side, so
   * that the rows that walk together find theirs in a few lines of the cache.
   */
  void intoGrid(Block block, char[] grid) {
    long start = System.nanoTime();
    int step = codings.length * Block.GROUP;
    for (int column = 0; column < codings.length; column++) {
      int at = column * Block.GROUP;
      codings[column].code(values(block, column, 0, block.rows()), 0, block.rows(), grid, at, step);
    }
    block.coded(System.nanoTime() - start);
  }

  long bytes() {
    long sum = 0;
    for (Coding coding : codings) {
      sum += coding.bytes();
    }
    return sum;
  }

  /** Estimated nanoseconds for a row of a column. */
  double cost(int column) {
    return codings[column].cost();
  }

  /** Estimated nanoseconds for a row. */
  double cost() {
    double sum = 0;
    for (Coding coding : codings) {
      sum += coding.cost();
    }
    return sum;
  }

  private double[] values(Block block, int column, int from, int rows) {
    double[] given = block.numbers[inputs[column]];
    if (missing[column] == Trees.Missing.NAN) {
      return given;
    }
    double[] seen = block.work;
    for (int i = from; i < from + rows; i++) {
      seen[i] = Math.abs(given[i]) <= ZERO ? Double.NaN : given[i];
    }
    return seen;
  }
}
