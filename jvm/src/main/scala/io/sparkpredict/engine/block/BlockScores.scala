// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import org.apache.spark.TaskContext
import org.apache.spark.sql.vectorized.ColumnarBatch

/** One task's block: filled, scored, and asked for each row's answer.
  *
  * @param flawAt
  *   place of the child's column that says what is wrong with a row's arguments; -1 for none
  */
final class BlockScores(
    features: Array[FeatureColumn],
    guardAt: Int,
    flawAt: Int,
    scoring: BatchScoring,
    metrics: ScoreMetrics
) {
  private val scorer = opened()
  private val intake = scorer.intake(features, guardAt)
  private val flaws = new Array[String](scorer.capacity)
  private var anyFlawed = false
  val capacity: Int = scorer.capacity

  Option(TaskContext.get()).foreach(ReservedMemory.reserve(_, scorer.bytes))
  metrics.opened(scorer.loadNanos)

  /** Closed with the task whatever fails from here on. */
  private def opened(): BatchScorer = {
    val made = scoring.open(features.length)
    Option(TaskContext.get()).foreach(_.addTaskCompletionListener[Unit](_ => made.close()))
    made
  }

  /** How many rows the next block should have. */
  def rows: Int = scorer.rows

  def clear(): Unit = {
    intake.clear()
    if (anyFlawed) java.util.Arrays.fill(flaws.asInstanceOf[Array[AnyRef]], null)
    anyFlawed = false
  }

  /** Takes the first `count` rows. */
  def take(rows: RowBatch, count: Int): Unit = {
    intake.take(rows, count)
    if (flawAt >= 0) {
      var at = 0
      while (at < count) {
        val row = rows.get(at)
        if (!row.isNullAt(flawAt)) note(at, row.getUTF8String(flawAt).toString)
        at += 1
      }
    }
  }

  /** Takes rows of a batch as the block's first ones. */
  def take(batch: ColumnarBatch, from: Int, count: Int): Unit = {
    val start = System.nanoTime
    intake.take(batch, from, count)
    if (flawAt >= 0) {
      val flaws = batch.column(flawAt)
      var at = 0
      while (at < count) {
        if (!flaws.isNullAt(from + at)) note(at, flaws.getUTF8String(from + at).toString)
        at += 1
      }
    }
    metrics.intake(System.nanoTime - start)
  }

  private def note(at: Int, flaw: String): Unit = { flaws(at) = flaw; anyFlawed = true }

  def score(rows: Int): Unit = {
    val start = System.nanoTime
    scorer.score(rows)
    metrics.scored(rows, System.nanoTime - start, scorer.codingNanos)
  }

  /** Whether every row has a score, so that nobody need ask for each. */
  def isWhole(rows: Int): Boolean = !anyFlawed && !scorer.isFlawed && !anyUnscored(rows)

  private def anyUnscored(rows: Int): Boolean = {
    var at = 0
    while (at < rows && !intake.isUnscored(at)) at += 1
    at < rows
  }

  def isNull(row: Int): Boolean = intake.isUnscored(row) || flaw(row) != null

  def answer(at: Int): AnswerColumn = scorer.answer(at)

  /** What is wrong with a row; null for one that is fine, or that is not to be scored. */
  def flaw(row: Int): String =
    if (intake.isUnscored(row)) null
    else if (flaws(row) != null) flaws(row)
    else scorer.flaw(row)

  /** Whether what is wrong with a row is wrong with its arguments, before any model sees them. */
  def isArgumentFlaw(row: Int): Boolean = flaws(row) != null || scorer.isArgumentFlaw(row)

  /** The first bad row of the block, -1 if there is none. */
  def firstBadRow(rows: Int): Int =
    if (!anyFlawed && !scorer.isFlawed) -1
    else {
      var at = 0
      while (at < rows && flaw(at) == null) at += 1
      if (at < rows) at else -1
    }
}
