// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import java.nio.charset.StandardCharsets.UTF_8

import org.apache.spark.TaskContext
import org.apache.spark.sql.execution.vectorized.{OnHeapColumnVector, WritableColumnVector}
import org.apache.spark.sql.types.DataType
import org.apache.spark.sql.vectorized.{ColumnVector, ColumnarBatch}

/** Batches with the answers beside the columns that pass through, which are not copied. The answers'
  * vectors are used again for each batch, as Spark's readers do with theirs.
  */
final class ColumnScoring(
    batches: Iterator[ColumnarBatch],
    scores: BlockScores,
    kept: Array[Int],
    kinds: Seq[DataType],
    badRows: BadRows,
    metrics: ScoreMetrics
) extends Iterator[ColumnarBatch] {
  private val numbers = if (badRows.captured) kinds.size - 1 else kinds.size
  private var vectors: Array[WritableColumnVector] = Array.empty
  private var room = 0

  Option(TaskContext.get()).foreach(_.addTaskCompletionListener[Unit](_ => close()))

  override def hasNext: Boolean = batches.hasNext

  override def next(): ColumnarBatch = {
    val batch = batches.next()
    makeRoom(batch.numRows)
    var from = 0
    while (from < batch.numRows) {
      val count = math.min(scores.rows, batch.numRows - from)
      scores.clear()
      scores.take(batch, from, count)
      scores.score(count)
      val start = from
      badRows.handle(scores, count, metrics, at => batch.getRow(start + at))
      emit(from, count)
      from += count
    }
    val columns = new Array[ColumnVector](kept.length + vectors.length)
    var at = 0
    while (at < kept.length) { columns(at) = batch.column(kept(at)); at += 1 }
    System.arraycopy(vectors, 0, columns, kept.length, vectors.length)
    new ColumnarBatch(columns, batch.numRows)
  }

  private def emit(from: Int, count: Int): Unit = {
    val start = System.nanoTime
    var at = 0
    while (at < numbers) {
      scores.answer(at).put(vectors(at), from, count)
      at += 1
    }
    if (!scores.isWhole(count)) emitNulls(from, count)
    if (badRows.captured) emitErrors(from, count)
    metrics.emit(System.nanoTime - start)
  }

  private def emitNulls(from: Int, count: Int): Unit = {
    var row = 0
    while (row < count) {
      if (scores.isNull(row)) {
        var at = 0
        while (at < numbers) { vectors(at).putNull(from + row); at += 1 }
      }
      row += 1
    }
  }

  private def emitErrors(from: Int, count: Int): Unit = {
    var row = 0
    while (row < count) {
      val flaw = scores.flaw(row)
      if (flaw == null) vectors(numbers).putNull(from + row)
      else vectors(numbers).putByteArray(from + row, flaw.getBytes(UTF_8))
      row += 1
    }
  }

  private def makeRoom(rows: Int): Unit =
    if (rows > room) {
      close()
      room = rows
      vectors = kinds.map(new OnHeapColumnVector(rows, _): WritableColumnVector).toArray
    } else vectors.foreach(_.reset())

  private def close(): Unit = vectors.foreach(_.close())
}
