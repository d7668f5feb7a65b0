// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

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

  CodeColumns(int[] inputs, Trees.Missing[] missing, Coding[] codings) {
    this.inputs = inputs;
    this.missing = missing;
    this.codings = codings;
  }

  int count() {
    return codings.length;
  }

  /** The largest code of a column: right of all its tests. */
  int largest(int column) {
    return codings[column].largest();
  }

  /** Codes rows of one column. */
  void code(Block block, int column, int from, int rows, int[] out) {
    codings[column].code(values(block, column, from, rows), from, rows, out, 0, Block.GROUP);
  }

  /**
   * Codes all columns in groups of eight rows: the codes of a group's columns stand side by side, so
   * that the rows that walk together find theirs in a few lines of the cache.
   */
  void intoGrid(Block block, int[] grid) {
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
