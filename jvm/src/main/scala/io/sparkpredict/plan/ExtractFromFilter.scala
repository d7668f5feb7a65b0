// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.{And, Expression, OuterReference}
import org.apache.spark.sql.catalyst.plans.logical.{Filter, LogicalPlan}

/** WHERE and HAVING: each conjunct filters the rows before the next one's calls are scored.
  *
  * Conjuncts without a call go first; those with one follow in the order in which they are written.
  * A conjunct that refers to an outer query stays on top, where Spark looks for it.
  */
object ExtractFromFilter {
  def apply(filter: Filter): LogicalPlan = {
    val (outer, own) = Conditions.conjuncts(filter.condition).partition(isCorrelated)
    val (free, ordered) =
      own.partition(conjunct => conjunct.deterministic && !GuardedCalls.hasCall(conjunct))
    val cheap = filtered(filter.child, free)
    val plan = ordered.foldLeft(cheap) { (below, conjunct) =>
      ExtractPredict.fromUnary(Filter(conjunct, below))
    }
    val whole = if (outer.isEmpty) plan else ExtractPredict.fromUnary(filteredBy(plan, outer))
    ExtractPredict.withOutput(whole, filter.output)
  }

  def filtered(plan: LogicalPlan, conditions: Seq[Expression]): LogicalPlan =
    if (conditions.isEmpty) plan else filteredBy(plan, conditions)

  private def filteredBy(plan: LogicalPlan, conditions: Seq[Expression]): Filter =
    Filter(conditions.reduceLeft(And(_, _)), plan)

  private def isCorrelated(conjunct: Expression): Boolean =
    conjunct.exists(_.isInstanceOf[OuterReference])
}
