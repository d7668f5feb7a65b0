// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import io.sparkpredict.engine.block.{BadRows, BlockFeature, RowErrors, SharedCall}
import io.sparkpredict.model.{Engines, ErrorPolicy}
import io.sparkpredict.plan.{ModelInputs, PredictNode}
import org.apache.spark.sql.catalyst.expressions.{Alias, Attribute, Expression, Literal}
import org.apache.spark.sql.catalyst.plans.logical.{LogicalPlan, Project}
import org.apache.spark.sql.execution.columnar.InMemoryRelation
import org.apache.spark.sql.execution.datasources.LogicalRelation
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation
import org.apache.spark.sql.execution.{ProjectExec, SparkPlan}
import org.apache.spark.sql.types.DoubleType

/** A node's answer by expressions, where its model is plain arithmetic.
  *
  * Bad rows must end the query: an expression has nowhere to count them, nor a second value for what
  * is wrong. A flaw of the arguments is the block operator's too, and what it reads from a scan.
  */
final class ArithmeticScores private (
    node: PredictNode,
    needed: Option[Expression],
    values: Seq[Expression],
    made: ArithmeticColumns,
    root: Expression
) {
  private val call = node.call

  private val badRows = BadRows(
    RowErrors.of(Seq(call.model)).copy(counts = Nil), // an expression has nowhere to count
    call.intakes.zip(values).zipWithIndex.map { case ((intake, value), at) =>
      (intake.name, at, value.dataType)
    }
  )

  /** @param kept
    *   what passes through
    * @param columns
    *   the names and ids of the plan's columns
    */
  def plan(kept: Seq[Attribute], columns: Seq[(Int, Attribute)], child: SparkPlan): SparkPlan = {
    val label = badRows.errors.label(Engines.compiled)
    val score = ArithmeticScore(label, needed, root, made.refusals, values, badRows)
    columns match {
      case Seq((at, lone)) if made.columns(at) == root =>
        ProjectExec(kept :+ named(score, lone), child)
      case _ =>
        val sum = Alias(score, "sum")()
        val each = columns.map { case (column, attribute) =>
          named(over(made.columns(column), sum.toAttribute), attribute)
        }
        ProjectExec(kept ++ each, ProjectExec(kept :+ sum, child))
    }
  }

  private def over(number: Expression, sum: Attribute): Expression =
    number.transformDown { case whole if whole == root => sum }

  private def named(made: Expression, column: Attribute): Alias =
    Alias(made, column.name)(exprId = column.exprId)
}

object ArithmeticScores {

  /** None where the model needs the block operator. */
  def of(shared: SharedCall): Option[ArithmeticScores] = {
    val node = shared.node
    val inputs = ModelInputs.of(node.call)
    val model = node.call.model
    for {
      plan <- Programs.plan(model.binding.artifact)
      if model.binding.options.onError == ErrorPolicy.Fail && inputs.flaw.isEmpty
      if !readsColumns(shared)
      values = inputs.values.map(taken)
      made <- ArithmeticColumns.of(plan, shared.columns, values)
      root <- made.root(shared.columns)
    } yield new ArithmeticScores(node, inputs.needed, values, made, root)
  }

  /** From columns of a scan the block operator is not slower, and makes no row. */
  private def readsColumns(shared: SharedCall): Boolean =
    isScan(shared.node.child) && (shared.inputs.plan eq shared.node.child)

  private def isScan(plan: LogicalPlan): Boolean = plan match {
    case Project(list, child) => list.forall(_.isInstanceOf[Attribute]) && isScan(child)
    case _: LogicalRelation | _: DataSourceV2ScanRelation | _: InMemoryRelation => true
    case _ => false
  }

  /** What is of another type is an input that no step reads, or NULL. */
  private def taken(value: Expression): Expression =
    if (BlockFeature.kinds.contains(value.dataType)) value else Literal.create(null, DoubleType)
}
