// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import io.sparkpredict.plan.GuardedCalls.hasCall
import org.apache.spark.sql.catalyst.expressions.{And, AttributeSet, Expression, Or}
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan

/** `PREDICT(...) > 0 AND x IS NOT NULL` as `x IS NOT NULL AND PREDICT(...) > 0`, OR likewise: what
  * stands in front of a call guards it, and what is computed from the score is then not computed
  * without it.
  *
  * AND and OR give the same in any order, also of NULLs. What may fail stays where it is, behind
  * the scores that may keep it from being reached. In ON a condition also stays if it reads a side
  * of the join that no call beside it reads: the call would have to be scored above the join.
  */
object GuardsFirst {
  def apply(operator: LogicalPlan): LogicalPlan = {
    val order = new GuardsFirst(operator.children.map(_.outputSet))
    operator.mapExpressions(order.within)
  }
}

private final class GuardsFirst(sides: Seq[AttributeSet]) {
  def within(expression: Expression): Expression = expression match {
    case free if !hasCall(free) => free
    case both: And => ordered(both, Conditions.conjuncts(both), And(_, _))
    case either: Or => ordered(either, Conditions.disjuncts(either), Or(_, _))
    case other => other.mapChildren(within)
  }

  private def ordered(
      whole: Expression,
      parts: Vector[Expression],
      join: (Expression, Expression) => Expression
  ): Expression = {
    val (front, rest) = parts.span(!hasCall(_))
    val read = sidesOf(rest.filter(hasCall))
    val (guards, behind) =
      rest.partition(part => Unfailing(part) && sidesOf(Seq(part)).subsetOf(read))
    if (guards.isEmpty) inside(whole, whole.getClass)
    else (front ++ guards ++ behind.map(within)).reduceLeft(join)
  }

  /** Leaves the tree of ANDs, or of ORs, as it is. */
  private def inside(expression: Expression, kind: Class[_]): Expression =
    if (expression.getClass == kind) expression.mapChildren(inside(_, kind))
    else within(expression)

  /** The sides of a join that the parts read, by number; of another operator, its one child. */
  private def sidesOf(parts: Seq[Expression]): Set[Int] = {
    val references = AttributeSet.fromAttributeSets(parts.map(_.references))
    sides.indices.filter(side => sides(side).exists(references.contains)).toSet
  }
}
