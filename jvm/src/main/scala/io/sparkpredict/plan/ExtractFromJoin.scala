// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import io.sparkpredict.plan.Conditions.conjuncts
import io.sparkpredict.plan.ExtractFromFilter.filtered
import io.sparkpredict.plan.GuardedCalls.hasReadyCall
import org.apache.spark.sql.catalyst.expressions.{And, Expression, OuterReference}
import org.apache.spark.sql.catalyst.plans.InnerLike
import org.apache.spark.sql.catalyst.plans.logical.{Join, LogicalPlan}

/** ON: calls over one side are scored below that side, whatever the kind of join. Calls over both
  * sides of an inner join become a filter above it; for another join there is no such place.
  */
object ExtractFromJoin {
  def apply(join: Join): LogicalPlan =
    if (join.joinType.isInstanceOf[InnerLike]) inner(join) else outer(join)

  private def inner(join: Join): LogicalPlan = {
    val (ofLeft, notLeft) = conjuncts(condition(join)).partition(isOver(_, join.left))
    val (ofRight, ofBoth) = notLeft.partition(isOver(_, join.right))
    val narrowed = join.copy(
      left = ExtractPredict.extract(filtered(join.left, ofLeft)),
      right = ExtractPredict.extract(filtered(join.right, ofRight)),
      condition = ofBoth.reduceOption(And(_, _))
    )
    val scored = sides(narrowed, sideOfJoin)
    val (above, on) = scored.condition.toSeq.flatMap(conjuncts).partition(hasReadyCall)
    val joined = scored.copy(condition = on.reduceOption(And(_, _)))
    ExtractPredict.withOutput(ExtractPredict.extract(filtered(joined, above)), join.output)
  }

  /** Conditions over the other side cannot be known yet and guard nothing. */
  private def outer(join: Join): LogicalPlan =
    ExtractPredict.withOutput(
      sides(join, (call, side) => call.keeping(isOver(_, side))),
      join.output
    )

  private def sideOfJoin(call: GuardedCall, side: LogicalPlan): GuardedCall = call

  /** Scores below a side what is of that side, until nothing more is. */
  private def sides(join: Join, seen: (GuardedCall, LogicalPlan) => GuardedCall): Join = {
    def of(side: LogicalPlan): Scored = {
      val calls = GuardedCalls
        .next(join)
        .map(seen(_, side))
        .filter(call => call.references.subsetOf(side.outputSet))
      Scored(side, calls)
    }
    val (left, right) = (of(join.left), of(join.right))
    if (left.scores.isEmpty && right.scores.isEmpty) join
    else {
      val replaced = join.condition.map(on => right.replace(left.replace(on)))
      sides(join.copy(left = left.plan, right = right.plan, condition = replaced), seen)
    }
  }

  private def condition(join: Join): Expression =
    join.condition.getOrElse(throw new IllegalStateException(s"no condition in $join"))

  private def isOver(expression: Expression, side: LogicalPlan): Boolean =
    expression.deterministic && expression.references.nonEmpty &&
      expression.references.subsetOf(side.outputSet) &&
      !expression.exists(_.isInstanceOf[OuterReference])
}
