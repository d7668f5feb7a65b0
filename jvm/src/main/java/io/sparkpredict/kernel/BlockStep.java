// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/**
 * One step of a program: reads columns of a block and writes others. Immutable and shared by all
 * threads; what it needs beside the columns stands in the block.
 *
 * <p>A row's answer depends on that row alone, so it has the same bits in a block of any size.
 */
public interface BlockStep {
  /** Computes the step for all rows of the block. */
  void apply(Block block);

  /** What the step works in. */
  default Space space() {
    return Space.NONE;
  }

  /** The number of rows in a block that suits the step best, a power of two. */
  default int blockRows() {
    return 512;
  }

  /** Bytes of the step's model. */
  default long modelBytes() {
    return 0;
  }
}
