// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.{
  And,
  EqualNullSafe,
  Expression,
  IsNaN,
  IsNotNull,
  IsNull,
  Literal,
  Not,
  Or
}

/** Conditions taken apart and put together, and what is known where a branch is taken, as conditions
  * that are true or false but never NULL.
  */
object Conditions {
  def conjuncts(condition: Expression): Vector[Expression] = condition match {
    case both: And => conjuncts(both.left) ++ conjuncts(both.right)
    case other => Vector(other)
  }

  def disjuncts(condition: Expression): Vector[Expression] = condition match {
    case either: Or => disjuncts(either.left) ++ disjuncts(either.right)
    case other => Vector(other)
  }

  def holds(condition: Expression): Vector[Expression] = conjuncts(condition).map(isTrue)

  def fails(condition: Expression): Vector[Expression] = disjuncts(condition).flatMap {
    case missing: IsNull => Vector(IsNotNull(missing.child))
    case present: IsNotNull => Vector(IsNull(present.child))
    case negated: Not if !negated.nullable => holds(negated.child)
    case other => Vector(Not(isTrue(other)))
  }

  /** AND looks at its right side where the left one is true or NULL. */
  def isNotFalse(condition: Expression): Vector[Expression] = conjuncts(condition).map { one =>
    if (one.nullable) Not(EqualNullSafe(one, Literal(false))) else one
  }

  def isMissing(value: Expression): Expression = IsNull(value)

  def isNaN(value: Expression): Expression = IsNaN(value)

  /** Whether what `stronger` demands includes all that `weaker` does. */
  def imply(stronger: Seq[Expression], weaker: Seq[Expression]): Boolean =
    weaker.forall(one => stronger.exists(_.semanticEquals(one)))

  def all(conditions: Seq[Expression]): Expression = conditions.reduceLeft(And(_, _))

  def any(alternatives: Seq[Expression]): Expression = alternatives.reduceLeft(Or(_, _))

  private def isTrue(condition: Expression): Expression =
    if (condition.nullable) EqualNullSafe(condition, Literal(true)) else condition
}
