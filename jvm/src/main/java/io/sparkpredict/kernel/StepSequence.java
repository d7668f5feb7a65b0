// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/** Several steps as one. */
public final class StepSequence implements BlockStep {
  private final BlockStep[] steps;

  private StepSequence(BlockStep[] steps) {
    this.steps = steps;
  }

  /** The steps one after the other. */
  public static BlockStep of(BlockStep... steps) {
    return new StepSequence(steps);
  }

  @Override
  public void apply(Block block) {
    for (BlockStep step : steps) {
      step.apply(block);
    }
  }

  @Override
  public int intColumns() {
    int most = 0;
    for (BlockStep step : steps) {
      most = Math.max(most, step.intColumns());
    }
    return most;
  }
}
