// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block

import org.apache.spark.rdd.RDD
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.{Attribute, AttributeSet, SortOrder}
import org.apache.spark.sql.catalyst.plans.physical.Partitioning
import org.apache.spark.sql.execution.metric.SQLMetric
import org.apache.spark.sql.execution.{SparkPlan, UnaryExecNode}
import org.apache.spark.sql.vectorized.ColumnarBatch

/** Scores its child's rows in blocks: from columns to columns where the child has columns, else from
  * rows to rows. One operator for every engine inside the JVM; the scorer is the engine's.
  *
  * @param scoring
  *   the model
  * @param features
  *   one for each of the model's inputs
  * @param kept
  *   what passes through
  * @param guard
  *   a boolean column, never NULL: which rows are scored
  * @param flaw
  *   a text column: what is wrong with a row's arguments
  * @param answers
  *   the added columns: the scorer's numbers, then the text of a bad row where it is captured
  */
final case class ScoreBlocksExec(
    scoring: BatchScoring,
    features: Seq[BlockFeature],
    kept: Seq[Attribute],
    guard: Option[Attribute],
    flaw: Option[Attribute],
    answers: Seq[Attribute],
    errors: RowErrors,
    child: SparkPlan
) extends UnaryExecNode {
  override def output: Seq[Attribute] = kept ++ answers

  override def producedAttributes: AttributeSet = AttributeSet(answers)

  /** Rows stay where they are, in their order. */
  override def outputPartitioning: Partitioning = child.outputPartitioning

  override def outputOrdering: Seq[SortOrder] = child.outputOrdering

  override lazy val metrics: Map[String, SQLMetric] = ScoreMetrics.create(sparkContext)

  override def supportsColumnar: Boolean = child.supportsColumnar && !scoring.wantsLargeBlocks

  override def simpleString(maxFields: Int): String =
    s"ScoreBlocks $described, answers [${answers.mkString(", ")}]"

  override def verboseStringWithOperatorId(): String =
    s"$formattedNodeName\nInput: [${child.output.mkString(", ")}]\nModel: $described\n" +
      s"Answers: [${answers.mkString(", ")}]\n"

  private def described: String =
    s"${errors.label(scoring.engine)}: ${scoring.shown(features.size)}"

  override protected def doExecuteColumnar(): RDD[ColumnarBatch] = {
    val task = scoreTask
    child.executeColumnar().mapPartitions(task.columns(_))
  }

  override protected def doExecute(): RDD[InternalRow] = {
    val task = scoreTask
    child.execute().mapPartitions(task.rows(_))
  }

  /** All that a task needs, without the plan. */
  private def scoreTask: ScoreTask =
    new ScoreTask(
      scoring,
      features.map(_.column(ordinal)).toArray,
      guard.fold(-1)(ordinal),
      flaw.fold(-1)(ordinal),
      child.output,
      kept,
      kept.map(ordinal).toArray,
      answers,
      BadRows(
        errors,
        features.map(feature =>
          (feature.name, ordinal(feature.attribute), feature.attribute.dataType)
        )
      ),
      new ScoreMetrics(metrics)
    )

  private def ordinal(attribute: Attribute): Int =
    child.output.indexWhere(_.exprId == attribute.exprId)

  override protected def withNewChildInternal(newChild: SparkPlan): ScoreBlocksExec =
    copy(child = newChild)
}
