// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import io.sparkpredict.plan.GuardedCalls.hasReadyCall
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression
import org.apache.spark.sql.catalyst.expressions.{
  Alias,
  Attribute,
  Expression,
  NamedExpression,
  OuterReference
}
import org.apache.spark.sql.catalyst.plans.logical.{
  Aggregate,
  Filter,
  Join,
  LogicalPlan,
  Project,
  UnaryNode
}
import org.apache.spark.sql.catalyst.rules.Rule
import org.apache.spark.sql.sparkpredict.Compat

/** Moves each call out of the operator that names it into a `PredictNode` below that operator.
  *
  * Fires once before the optimizer, because an expression that stays in a Project or Filter is
  * copied by pushdown and scored twice; and again before the cost-based rules, for calls that held
  * an outer reference. It leaves alone what cannot move, which `PredictChecks` refuses.
  */
object ExtractPredict extends Rule[LogicalPlan] {
  override def apply(plan: LogicalPlan): LogicalPlan =
    plan.transformUpWithSubqueries {
      case kept: AsWritten => kept.child
      case operator if operator.resolved => extract(operator)
    }

  def extract(operator: LogicalPlan): LogicalPlan = operator match {
    case node: PredictNode => node
    case other if !other.expressions.exists(hasReadyCall) => other
    case other if Compat.checksFollowExtraction && other.children.exists(isCorrelated) => other
    case other => moved(GuardsFirst(other))
  }

  private def moved(operator: LogicalPlan): LogicalPlan = operator match {
    case aggregate: Aggregate => fromAggregate(aggregate)
    case filter: Filter => ExtractFromFilter(filter)
    case join: Join => ExtractFromJoin(join)
    case unary: UnaryNode => fromUnary(unary)
    case other => other
  }

  /** Spark 3.3 checks correlated subqueries after the first extraction, and knows no PredictNode. */
  private def isCorrelated(plan: LogicalPlan): Boolean =
    plan.exists(_.expressions.exists(_.exists(_.isInstanceOf[OuterReference])))

  /** Any operator of which all expressions are of its child's rows. */
  def fromUnary(unary: UnaryNode): LogicalPlan = {
    val calls = GuardedCalls.next(unary).filter(_.references.subsetOf(unary.child.outputSet))
    if (calls.isEmpty) unary
    else {
      val scored = Scored(unary.child, calls)
      val rewritten = unary.withNewChildren(Seq(scored.plan)).mapExpressions(scored.replace)
      withOutput(extract(rewritten), unary.output)
    }
  }

  /** Calls inside an aggregate function or a grouping expression are scored below; a call over
    * aggregates or grouping columns is scored above.
    */
  private def fromAggregate(aggregate: Aggregate): LogicalPlan = {
    val inner = Seq.newBuilder[NamedExpression]
    def fromBelow(expression: Expression): Attribute = {
      val named = expression match {
        case attribute: Attribute => attribute
        case other => Alias(other, other.prettyName)()
      }
      inner += named
      named.toAttribute
    }
    def isGrouping(e: Expression) = aggregate.groupingExpressions.exists(_.semanticEquals(e))
    val outer = aggregate.aggregateExpressions.map { output =>
      val above = output.transformDown {
        case grouping if isGrouping(grouping) => fromBelow(grouping)
        case function: AggregateExpression => fromBelow(function)
      }
      renamed(above, output)
    }
    if (!outer.exists(hasReadyCall)) fromUnary(aggregate)
    else {
      val split = aggregate.copy(aggregateExpressions = inner.result())
      extract(
        Project(outer, if (split.expressions.exists(hasReadyCall)) fromUnary(split) else split)
      )
    }
  }

  private def renamed(expression: Expression, original: NamedExpression): NamedExpression =
    expression match {
      case named: NamedExpression if named.exprId == original.exprId => named
      case other => Alias(other, original.name)(exprId = original.exprId)
    }

  def withOutput(plan: LogicalPlan, output: Seq[Attribute]): LogicalPlan =
    if (plan.output.map(_.exprId) == output.map(_.exprId)) plan else Project(output, plan)
}
