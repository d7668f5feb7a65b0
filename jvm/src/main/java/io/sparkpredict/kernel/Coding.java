// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/**
 * Turns a column of numbers into whole numbers that compare with a node's code as the number does
 * with the node's test: a row goes left where its code is at most the node's.
 */
abstract class Coding {
  /** The largest code that there can be. */
  static final int MOST = Character.MAX_VALUE;

  /**
   * Codes the rows of a column.
   *
   * <p>Rows are written in groups of eight, and each group {@code step} places after the one before:
   * 8 makes a plain column.
   *
   * @param values the column; NaN is a missing value
   * @param from the first row
   * @param rows how many; up to the next multiple of eight is read and written
   * @param out where the codes go
   * @param at place of the first code
   * @param step places from one group to the next
   */
  abstract void code(double[] values, int from, int rows, char[] out, int at, int step);

  /** The largest code that a row can have. */
  abstract int largest();

  /** Bytes that it takes. */
  abstract long bytes();

  /** Estimated nanoseconds for a row. */
  abstract double cost();
}
