// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

import java.util.Arrays

import io.sparkpredict.engine.block.{AnswerColumn, BatchScorer, BlockIntake, FeatureColumn}
import org.apache.spark.{TaskContext, TaskKilledException}

/** One task's tensors, and the session that it holds. */
final class OnnxScorer(
    lease: Sessions.Lease,
    layout: TensorLayout,
    asked: Seq[TensorType],
    nanosPerRow: Double
) extends BatchScorer {
  import OnnxScorer._

  private val types = layout.inputs ++ asked
  override val capacity: Int = {
    val row = types.map(Tensor.size(_, 1)).sum
    math.max(fewestRows, math.min(mostRows, mostBytes / math.max(row, 1L))).toInt
  }
  override val bytes: Long = types.map(Tensor.size(_, capacity)).sum
  private val inputs = layout.inputs.map(new Tensor(_, capacity)).toArray
  private val outputs = asked.map(new Tensor(_, capacity)).toArray
  private val answers = outputs.map(new TensorAnswers(_))
  private val run = lease.session.prepare(inputs, outputs)
  private val flaws = new Array[String](capacity)
  private var intake: Option[TensorIntake] = None
  private var anyFailed = false
  private var isClosed = false
  private val size = new BlockSize(capacity, nanosPerRow)

  override def rows: Int = size.rows

  override def intake(features: Array[FeatureColumn], guard: Int): BlockIntake = {
    val made = new TensorIntake(
      features,
      layout.slots.map(slot => inputs(slot.input)).toArray,
      layout.slots.map(_.offset).toArray,
      guard,
      capacity
    )
    intake = Some(made)
    made
  }

  /** Also for the thread of another operator that goes on reading when the task has ended: closing
    * waits for a run, and nothing is run once it is closed.
    */
  override def score(rows: Int): Unit = synchronized {
    if (isClosed) throw new IllegalStateException("the task has ended")
    endIfKilled()
    if (anyFailed) Arrays.fill(flaws.asInstanceOf[Array[AnyRef]], null)
    anyFailed = false
    if ((0 until rows).exists(isScored)) {
      val start = System.nanoTime
      try {
        run.run(rows)
        size.took(rows, System.nanoTime - start)
      } catch { case _: TensorException => oneByOne(rows) }
    }
  }

  private def endIfKilled(): Unit =
    if (Option(TaskContext.get()).exists(_.isInterrupted())) throw new TaskKilledException

  private def isScored(row: Int): Boolean = intake.forall(given => !given.isUnscored(row))

  /** Finds the rows that the graph fails on. */
  private def oneByOne(rows: Int): Unit = {
    val row = layout.inputs.map(new Tensor(_, 1)).toArray
    val answer = asked.map(new Tensor(_, 1)).toArray
    val single = lease.session.prepare(row, answer)
    try {
      val scored = (0 until rows).filter(at => isScored(at) && !isArgumentFlaw(at))
      scored.foreach { at =>
        endIfKilled()
        row.indices.foreach(k => row(k).copyRow(0, inputs(k), at))
        try {
          single.run(1)
          answer.indices.foreach(k => outputs(k).copyRow(at, answer(k), 0))
        } catch {
          case failed: TensorException =>
            flaws(at) = failed.getMessage
            anyFailed = true
        }
      }
    } finally {
      single.close()
      (row ++ answer).foreach(_.free())
    }
  }

  override def codingNanos: Long = 0L

  override def loadNanos: Long = lease.loadNanos

  override def answer(at: Int): AnswerColumn = answers(at)

  override def isFlawed: Boolean = anyFailed || intake.exists(_.anyFlaw)

  override def flaw(row: Int): String = {
    val shape = intake.map(_.flaw(row)).orNull
    if (shape != null) shape else flaws(row)
  }

  override def isArgumentFlaw(row: Int): Boolean = intake.exists(_.flaw(row) != null)

  override def close(): Unit = synchronized {
    if (!isClosed) {
      isClosed = true
      run.close()
      (inputs ++ outputs).foreach(_.free())
      lease.release()
    }
  }
}

object OnnxScorer {
  private val mostRows = 4096L
  private val fewestRows = 16L
  private val mostBytes = 16L << 20
}
