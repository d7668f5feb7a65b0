// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** A way to find the leaves that rows come to. */
abstract class ForestKernel {
  /** Adds up all trees for the rows of a block. */
  abstract void score(Block block, LeafValues sums);

  /** What a plan shows of it. */
  abstract String name();

  /** Estimated nanoseconds for a row, coding included. */
  abstract double cost();

  /** The number of rows in a block that suits it best. */
  abstract int blockRows();

  /** Bytes of its tables. */
  abstract long bytes();

  /** What it works in. */
  abstract Space space();
}
