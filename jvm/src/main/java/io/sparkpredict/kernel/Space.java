// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** What a step works in beside the block's columns; steps run one after the other and share it. */
public final class Space {
  /** Nothing. */
  public static final Space NONE = new Space(0, 0, 0);

  /** Code columns in groups of eight rows. */
  final int grid;

  /** Vectors of bits, one for each threshold. */
  final int vectors;

  /** Vectors of bits of the rows that reach a node. */
  final int reached;

  private Space(int grid, int vectors, int reached) {
    this.grid = grid;
    this.vectors = vectors;
    this.reached = reached;
  }

  static Space ofGrid(int columns) {
    return new Space(columns, 0, 0);
  }

  static Space ofVectors(int thresholds, int nodes) {
    return new Space(0, thresholds, nodes);
  }

  /** What is enough for both. */
  Space and(Space other) {
    return new Space(
        Math.max(grid, other.grid),
        Math.max(vectors, other.vectors),
        Math.max(reached, other.reached));
  }

  long bytes(int rows) {
    long words = (long) RowVectors.WORDS * (vectors + reached);
    return 2L * grid * rows + 8L * words + (reached == 0 ? 0 : LeafNumbers.bytes());
  }
}
