// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import io.sparkpredict.kernel.Dictionary

/** Scores blocks of rows for one task: columns of features in, columns of numbers out. */
trait BatchScorer {

  /** How many rows a block holds. */
  def capacity: Int

  /** Bytes of the block. */
  def bytes: Long

  /** Where the numbers of a feature go; null for a text, and for what the model does not read. */
  def numbers(feature: Int): Array[Double]

  /** Where the texts of a feature go, as places of the dictionary; null likewise. */
  def texts(feature: Int): Array[Int]

  def dictionary: Dictionary

  /** Scores the first rows of the block. */
  def score(rows: Int): Unit

  /** Nanoseconds that all blocks so far took to turn features into what the kernels compare. */
  def codingNanos: Long

  /** A column of the answer. */
  def output(at: Int): Array[Double]

  /** Whether the model refuses any of the rows. */
  def isFlawed: Boolean

  /** Why the model refuses a row; null where it does not. */
  def flaw(row: Int): String
}

/** What a plan holds of a scorer: small, and sent with each task. */
trait BatchScoring extends Serializable {

  /** More rows than Spark's own batches hold: rows are gathered then, not columns. */
  def wantsLargeBlocks: Boolean

  def engine: String

  /** What a plan shows of the model. */
  def label: String

  /** Makes a scorer for a task. */
  def open(): BatchScorer
}
