// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import scala.util.hashing.byteswap32

import io.sparkpredict.model.BoundModel
import org.apache.spark.sql.catalyst.expressions.{Alias, Attribute, Expression, If, Literal}
import org.apache.spark.sql.catalyst.plans.logical.{LogicalPlan, Project, UnaryNode}

/** Which scores a plan might make already: one walk answers for all calls what `PredictReuse`, which
  * compares a call with every node below it, would find for hardly any.
  *
  * A call is known by its model and, for each input, by the columns and literals that the input is
  * computed from, whatever Projects lie in between. Equal calls agree in this; calls that agree may
  * still differ.
  */
final class MadeScores private (
    columns: Map[Long, MadeScores.Sum],
    calls: Set[(BoundModel, Int)],
    private val repeats: Set[Long]
) {
  import MadeScores.Sum

  def mayHold(call: Predict): Boolean = calls.nonEmpty && calls.contains(key(call))

  /** Whether a node may score what a node below it does. */
  def mayRepeat(node: PredictNode): Boolean = repeats.contains(node.result.exprId.id)

  private def withColumns(project: Project): MadeScores = {
    val added = project.projectList.collect {
      case alias: Alias if alias.deterministic => alias.exprId.id -> sum(alias.child)
    }
    if (added.isEmpty) this else new MadeScores(columns ++ added, calls, repeats)
  }

  private def withScore(node: PredictNode): MadeScores = {
    val one = key(node.call)
    if (calls.contains(one)) new MadeScores(columns, calls, repeats + node.result.exprId.id)
    else new MadeScores(columns, calls + one, repeats)
  }

  private def key(call: Predict): (BoundModel, Int) =
    (call.model, call.inputs.map(sum(_).unguarded).hashCode)

  private def sum(expression: Expression): Sum = expression match {
    case column: Attribute =>
      columns.getOrElse(column.exprId.id, Sum(byteswap32(column.exprId.id.hashCode)))
    case choice: If if isNull(choice.falseValue) =>
      Sum(total(choice.children), sum(choice.trueValue).unguarded)
    case literal: Literal => Sum(byteswap32(literal.hashCode))
    case other => Sum(total(other.children))
  }

  /** In any order: that of `a + b` says nothing about equality. */
  private def total(expressions: Seq[Expression]): Int = expressions.map(sum(_).whole).sum

  private def isNull(expression: Expression): Boolean = expression match {
    case literal: Literal => literal.value == null
    case _ => false
  }
}

object MadeScores {

  /** @param unguarded
    *   the sum of what a guard around the expression lets pass
    */
  private final case class Sum(whole: Int, unguarded: Int)

  private object Sum {
    def apply(whole: Int): Sum = Sum(whole, whole)
  }

  def of(plan: LogicalPlan): MadeScores = plan match {
    case project: Project => of(project.child).withColumns(project)
    case node: PredictNode => of(node.child).withScore(node)
    case unary: UnaryNode => of(unary.child)
    case other =>
      // nothing is shared between the children, nor looked for through this operator
      new MadeScores(Map.empty, Set.empty, other.children.flatMap(of(_).repeats).toSet)
  }
}
