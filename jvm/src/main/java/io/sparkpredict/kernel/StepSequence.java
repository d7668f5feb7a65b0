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
  public Space space() {
    Space most = Space.NONE;
    for (BlockStep step : steps) {
      most = most.and(step.space());
    }
    return most;
  }
}
