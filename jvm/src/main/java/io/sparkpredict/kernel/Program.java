// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/**
 * A model as steps over columns. Immutable: all threads of an executor share one, each with a block of
 * its own.
 */
public final class Program {
  /** For each input of the model whether it is a text. */
  private final boolean[] texts;

  /** For each input its slot in the block, -1 where no step reads it. */
  private final int[] inputSlots;

  private final Dictionary dictionary;
  private final BlockStep[] steps;
  private final int numberSlots;
  private final int textSlots;
  private final int[] outputs;
  private final String[] flaws;

  /**
   * @param texts for each input whether it is a text
   * @param inputSlots for each input its slot among the columns of its kind, -1 where none reads it
   * @param dictionary the texts that it knows
   * @param steps in their order
   * @param numberSlots how many columns of numbers a block has
   * @param textSlots how many columns of texts
   * @param outputs slots of the answer's columns
   * @param flaws what each flaw that a step notes means, from number 1
   */
  public Program(
      boolean[] texts,
      int[] inputSlots,
      Dictionary dictionary,
      BlockStep[] steps,
      int numberSlots,
      int textSlots,
      int[] outputs,
      String[] flaws) {
    this.texts = texts;
    this.inputSlots = inputSlots;
    this.dictionary = dictionary;
    this.steps = steps;
    this.numberSlots = numberSlots;
    this.textSlots = textSlots;
    this.outputs = outputs;
    this.flaws = flaws;
  }

  /** Makes a block of at least that many rows that fits the program. */
  public Block block(int rows) {
    int capacity = capacity(rows);
    return new Block(capacity, numberSlots, textSlots, space());
  }

  /** The bytes of a block of that many rows. */
  public long blockBytes(int rows) {
    int capacity = capacity(rows);
    return Block.bytes(capacity, numberSlots, textSlots, space());
  }

  private static int capacity(int rows) {
    return Math.max(1, (rows + RowVectors.ROWS - 1) / RowVectors.ROWS) * RowVectors.ROWS;
  }

  /** Computes the answers of the block's rows. */
  public void run(Block block) {
    block.clearFlaws();
    for (BlockStep step : steps) {
      step.apply(block);
    }
  }

  /** The rows that a block should have. */
  public int blockRows() {
    int rows = 512;
    for (BlockStep step : steps) {
      rows = Math.max(rows, step.blockRows());
    }
    return rows;
  }

  /** Bytes that the model takes. */
  public long modelBytes() {
    long sum = 0;
    for (BlockStep step : steps) {
      sum += step.modelBytes();
    }
    return sum;
  }

  /** The forest among the steps, or null; where there are several, the first. */
  public ForestStep forest() {
    for (BlockStep step : steps) {
      if (step instanceof ForestStep) {
        return (ForestStep) step;
      }
    }
    return null;
  }

  /** How many inputs there are. */
  public int inputs() {
    return texts.length;
  }

  /** Whether an input is a text. */
  public boolean isText(int input) {
    return texts[input];
  }

  /** The slot of an input among the block's columns of its kind, or -1 where no step reads it. */
  public int inputSlot(int input) {
    return inputSlots[input];
  }

  /** The texts that the program knows. */
  public Dictionary dictionary() {
    return dictionary;
  }

  /** How many columns the answer has. */
  public int outputs() {
    return outputs.length;
  }

  /** A column of the answer. */
  public double[] output(Block block, int at) {
    return block.numbers[outputs[at]];
  }

  /** What is wrong with a row, or null. */
  public String flaw(Block block, int row) {
    int flaw = block.flaw(row);
    return flaw == 0 ? null : flaws[flaw - 1];
  }

  private Space space() {
    return StepSequence.of(steps).space();
  }
}
