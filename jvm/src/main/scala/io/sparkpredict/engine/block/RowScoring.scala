// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import org.apache.spark.TaskContext
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter
import org.apache.spark.sql.catalyst.expressions.{Attribute, JoinedRow, UnsafeProjection, UnsafeRow}
import org.apache.spark.unsafe.types.UTF8String

/** Rows with the answers behind the columns that pass through. Rows wait in one array of bytes until
  * their block is scored: what a feature needs of them is then read in one loop. Wide rows wait in
  * smaller numbers.
  */
final class RowScoring(
    rows: Iterator[InternalRow],
    scores: BlockScores,
    input: Seq[Attribute],
    kept: Seq[Attribute],
    answers: Seq[Attribute],
    badRows: BadRows,
    metrics: ScoreMetrics
) extends Iterator[InternalRow] {
  private val waiting = new RowBatch(scores.capacity, input.size)
  private val asUnsafe = UnsafeProjection.create(input, input)
  private val numbers = if (badRows.captured) answers.size - 1 else answers.size
  private val answer = new UnsafeRowWriter(answers.size)
  private val joined = new JoinedRow
  private val together = UnsafeProjection.create(kept ++ answers, input ++ answers)
  private var reserved = 0L
  private var count = 0
  private var at = 0
  private var whole = true

  override def hasNext: Boolean = at < count || rows.hasNext

  override def next(): InternalRow = {
    if (at == count) fill()
    write(at)
    val row =
      if (kept.isEmpty) answer.getRow
      else together(joined(waiting.get(at), answer.getRow))
    at += 1
    row
  }

  private def fill(): Unit = {
    val start = System.nanoTime
    count = 0
    at = 0
    waiting.clear()
    scores.clear()
    val wanted = scores.rows
    while (count < wanted && waiting.size < RowScoring.mostBytes && rows.hasNext) {
      waiting.add(unsafe(rows.next()))
      count += 1
    }
    reserve()
    scores.take(waiting, count)
    metrics.intake(System.nanoTime - start)
    scores.score(count)
    whole = scores.isWhole(count)
    badRows.handle(scores, count, metrics, waiting.get)
  }

  /** The room for rows is reserved as it grows: nobody knows before how wide they are. */
  private def reserve(): Unit =
    if (waiting.room > reserved) {
      Option(TaskContext.get()).foreach(ReservedMemory.reserve(_, waiting.room - reserved))
      reserved = waiting.room.toLong
    }

  private def unsafe(row: InternalRow): UnsafeRow = row match {
    case already: UnsafeRow => already
    case other => asUnsafe(other)
  }

  private def write(row: Int): Unit = {
    answer.reset()
    answer.zeroOutNullBytes()
    if (whole || !scores.isNull(row)) {
      var k = 0
      while (k < numbers) { scores.answer(k).write(answer, k, row); k += 1 }
    } else {
      var k = 0
      while (k < numbers) { answer.setNullAt(k); k += 1 }
    }
    if (badRows.captured) {
      val flaw = scores.flaw(row)
      if (flaw == null) answer.setNullAt(numbers)
      else answer.write(numbers, UTF8String.fromString(flaw))
    }
  }
}

object RowScoring {
  private val mostBytes = 32 << 20 // of waiting rows
}
