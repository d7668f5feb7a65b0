// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** A forest: sums of leaf values, by the kernel that the cost model takes for the cheapest. */
public final class ForestStep implements BlockStep {
  private final ForestKernel kernel;
  private final LeafValues sums;
  private final int trees;
  private final int leaves;

  private ForestStep(ForestKernel kernel, LeafValues sums, int trees, int leaves) {
    this.kernel = kernel;
    this.sums = sums;
    this.trees = trees;
    this.leaves = leaves;
  }

  /**
   * Makes the tables of a forest.
   *
   * @param trees its trees
   * @param sums what their leaves are added up to
   */
  public static ForestStep of(Trees trees, LeafValues sums) {
    CodedTrees coded = new CodedTrees(trees);
    int leaves = trees.leafCount();
    ForestKernel kernel = WalkTables.of(coded, sums.width());
    ForestKernel bits = RowBitsTables.of(coded, sums);
    if (bits != null && bits.cost() <= kernel.cost()) {
      kernel = bits;
    }
    return new ForestStep(kernel, sums, trees.roots.length, leaves);
  }

  @Override
  public void apply(Block block) {
    sums.start(block);
    kernel.score(block, sums);
    sums.finish(block);
  }

  /** How many trees it has. */
  public int trees() {
    return trees;
  }

  /** How many leaves all trees have. */
  public int leaves() {
    return leaves;
  }

  /** The kernel that scores. */
  public String kernel() {
    return kernel.name();
  }

  /** What the cost model expects a row to take, in nanoseconds. */
  public double nanosecondsPerRow() {
    return kernel.cost();
  }

  @Override
  public Space space() {
    return kernel.space();
  }

  @Override
  public int blockRows() {
    return kernel.blockRows();
  }

  @Override
  public long modelBytes() {
    return kernel.bytes();
  }
}
