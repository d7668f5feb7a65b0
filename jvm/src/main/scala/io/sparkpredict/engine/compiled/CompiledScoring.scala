// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import io.sparkpredict.PredictErrors
import io.sparkpredict.engine.block.{
  AnswerColumn,
  BatchScorer,
  BatchScoring,
  BlockIntake,
  DoubleAnswers,
  FeatureColumn,
  FeatureIntake,
  NumberBlock
}
import io.sparkpredict.kernel.{Dictionary, Program}
import io.sparkpredict.model.Engines

/** Scores by a program of the model's plan. Only its name travels: each executor makes the program
  * once, from the artifact that it has, and replays the probes by it.
  *
  * @param columns
  *   the plan's columns that the answer needs
  */
final case class CompiledScoring(
    alias: String,
    artifact: String,
    columns: Seq[Int],
    label: String,
    wantsLargeBlocks: Boolean
) extends BatchScoring {
  override def engine: String = Engines.compiled

  override def shown(arguments: Int): String = label

  override def open(arguments: Int): ProgramScorer = {
    val found = Programs.program(artifact, columns)
    found.disagreement.foreach { cause =>
      throw PredictErrors.engineDisagrees(alias, Engines.compiled, cause)
    }
    new ProgramScorer(found.program, columns.size)
  }
}

object CompiledScoring {
  private val columnarRows = 4096 // what Spark's readers put in a batch

  /** How to score; or where the program differs from the Python model. */
  def of(alias: String, artifact: String, columns: Seq[Int]): Either[String, CompiledScoring] = {
    val found = Programs.program(artifact, columns)
    val program = found.program
    found.disagreement.toLeft(
      CompiledScoring(
        alias,
        artifact,
        columns,
        described(program),
        program.blockRows > columnarRows
      )
    )
  }

  private def described(program: Program): String = Option(program.forest) match {
    case Some(forest) =>
      val time = math.round(forest.nanosecondsPerRow)
      s"${forest.trees} trees, ${forest.leaves} leaves, ${forest.kernel}, about $time ns a row"
    case None => "arithmetic on columns"
  }
}

/** @param columns
  *   how many the program answers with
  */
final class ProgramScorer(program: Program, columns: Int) extends BatchScorer with NumberBlock {
  private val block = program.block(program.blockRows)
  private val answers = Array.fill(columns)(new DoubleAnswers)

  override def capacity: Int = block.capacity

  override def rows: Int = block.capacity

  override def bytes: Long = program.blockBytes(block.capacity)

  override def intake(features: Array[FeatureColumn], guard: Int): BlockIntake =
    new FeatureIntake(features, guard, this, capacity)

  override def numbers(feature: Int): Array[Double] = {
    val slot = program.inputSlot(feature)
    if (slot < 0 || program.isText(feature)) null else block.numbers(slot)
  }

  override def texts(feature: Int): Array[Int] = {
    val slot = program.inputSlot(feature)
    if (slot < 0 || !program.isText(feature)) null else block.texts(slot)
  }

  override def dictionary: Dictionary = program.dictionary

  override def score(rows: Int): Unit = {
    block.setRows(rows)
    program.run(block)
    var at = 0
    while (at < columns) { answers(at).set(program.output(block, at)); at += 1 }
  }

  override def codingNanos: Long = block.codingNanos

  override def loadNanos: Long = 0L

  override def answer(at: Int): AnswerColumn = answers(at)

  /** A number of the answer. */
  def value(at: Int, row: Int): Double = answers(at).value(row)

  override def isFlawed: Boolean = block.isFlawed

  override def flaw(row: Int): String = program.flaw(block, row)

  override def isArgumentFlaw(row: Int): Boolean = false

  override def close(): Unit = ()
}
