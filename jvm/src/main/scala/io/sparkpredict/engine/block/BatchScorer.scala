// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

/** Scores blocks of rows for one task: features in, columns of answers out. */
trait BatchScorer {

  /** How many rows a block can hold. */
  def capacity: Int

  /** How many rows the next block should have. */
  def rows: Int

  /** Bytes of the block. */
  def bytes: Long

  /** Fills the block.
    *
    * @param features
    *   one for each argument of the call
    * @param guard
    *   place of the column that says which rows are scored; -1 if all are
    */
  def intake(features: Array[FeatureColumn], guard: Int): BlockIntake

  /** Scores the first rows of the block. */
  def score(rows: Int): Unit

  /** Nanoseconds that all blocks so far took to turn features into what the kernels compare. */
  def codingNanos: Long

  /** Nanoseconds that loading the model took this task; 0 where it was loaded. */
  def loadNanos: Long

  /** A column of the answer. */
  def answer(at: Int): AnswerColumn

  /** Whether the model refuses any of the rows. */
  def isFlawed: Boolean

  /** Why the model refuses a row; null where it does not. */
  def flaw(row: Int): String

  /** Whether that is wrong with the row's arguments, before any model sees them. */
  def isArgumentFlaw(row: Int): Boolean

  /** Gives back what is not the garbage collector's, when the task ends. */
  def close(): Unit
}

/** What a plan holds of a scorer: small, and sent with each task. */
trait BatchScoring extends Serializable {

  /** More rows than Spark's own batches hold: rows are gathered then, not columns. */
  def wantsLargeBlocks: Boolean

  def engine: String

  /** What a plan shows of the model.
    *
    * @param arguments
    *   how many arguments the call has
    */
  def shown(arguments: Int): String

  /** Makes a scorer for a task.
    *
    * @param arguments
    *   how many arguments the call has
    */
  def open(arguments: Int): BatchScorer
}
