// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.{Alias, And, AttributeSet, PredicateHelper}
import org.apache.spark.sql.catalyst.plans.logical.{
  Aggregate,
  Filter,
  LocalLimit,
  LogicalPlan,
  Project
}
import org.apache.spark.sql.catalyst.rules.Rule

/** What Spark's own pushdown rules do for operators that they know, done for `PredictNode`.
  *
  * Fires among the operator optimizations: a score that nobody reads goes, filters and limits that
  * do not need the score go below it, and an equal call below is read instead of made again.
  */
object OptimizePredict extends Rule[LogicalPlan] with PredicateHelper {
  override def apply(plan: LogicalPlan): LogicalPlan = optimized(plan, MadeScores.of(plan))

  private def optimized(plan: LogicalPlan, made: MadeScores): LogicalPlan = plan.transformUp {
    case kept: AsWritten => kept.child

    case project @ Project(_, node: PredictNode) if !reads(project, node) =>
      project.copy(child = node.child)

    case aggregate: Aggregate if unread(aggregate) =>
      aggregate.withNewChildren(aggregate.child.children)

    case filter @ Filter(condition, node: PredictNode) =>
      val (below, above) = splitConjunctivePredicates(condition).partition { conjunct =>
        conjunct.deterministic && !conjunct.references.contains(node.result)
      }
      if (below.isEmpty) filter
      else {
        val pushed = node.copy(child = Filter(below.reduce(And(_, _)), node.child))
        above.reduceOption(And(_, _)).fold[LogicalPlan](pushed)(Filter(_, pushed))
      }

    case limit @ LocalLimit(rows, node: PredictNode) if !node.child.isInstanceOf[LocalLimit] =>
      limit.withNewChildren(Seq(node.copy(child = LocalLimit(rows, node.child))))

    case node: PredictNode if made.mayRepeat(node) => reused(node)
  }

  private def reads(plan: LogicalPlan, node: PredictNode): Boolean =
    plan.references.intersect(AttributeSet(node.result)).nonEmpty

  private def unread(aggregate: Aggregate): Boolean = aggregate.child match {
    case node: PredictNode => !reads(aggregate, node)
    case _ => false
  }

  private def reused(node: PredictNode): LogicalPlan =
    PredictReuse.raw(node.child, PredictReuse.of(node)).fold[LogicalPlan](node) {
      case (child, score) =>
        val column = Alias(score, node.result.name)(exprId = node.result.exprId)
        Project(node.child.output :+ column, child)
    }
}
