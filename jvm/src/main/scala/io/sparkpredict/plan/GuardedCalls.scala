// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression
import org.apache.spark.sql.catalyst.expressions.{
  AttributeSet,
  Exists,
  Expression,
  InSubquery,
  NamedLambdaVariable,
  OuterReference,
  WindowExpression
}
import org.apache.spark.sql.catalyst.plans.logical.{Filter, Join, LogicalPlan}
import org.apache.spark.sql.sparkpredict.Compat

/** A call with all its places in one operator: a row is scored where one of them needs the score.
  *
  * @param alternatives
  *   the conditions of each place; empty if a place needs the score of every row
  */
final case class GuardedCall(call: Predict, alternatives: Vector[Vector[Expression]]) {

  /** What all alternatives are, as one condition; None if every row is scored. */
  def guard: Option[Expression] =
    if (alternatives.isEmpty) None
    else Some(Conditions.any(alternatives.map(Conditions.all)))

  def references: AttributeSet =
    AttributeSet(call +: alternatives.flatten)

  /** Without the conditions that are not accepted: more rows may be scored, never fewer. */
  def keeping(accepted: Expression => Boolean): GuardedCall =
    GuardedCalls.merged(call, alternatives.map(_.filter(accepted)))

  def exists(test: Expression => Boolean): Boolean =
    call.inputs.exists(_.exists(test)) || alternatives.exists(_.exists(_.exists(test)))
}

object GuardedCalls {

  /** The calls of an operator that a node below it can score now: those with no call inside. */
  def next(operator: LogicalPlan): Vector[GuardedCall] =
    next(operator.expressions, operator.isInstanceOf[Filter] || operator.isInstanceOf[Join])

  private def next(expressions: Seq[Expression], predicate: Boolean): Vector[GuardedCall] = {
    val places = expressions.toVector.flatMap(Places.of(_, predicate))
    val identities = places.map(place => new CallIdentity(place.call))
    val conditions = identities.zip(places.map(_.conditions)).groupBy(_._1)
    val open = identities.distinct
      .map(one => merged(one.call, conditions(one).map(_._2)).keeping(isOfTheRow))
      .filter(isReady)
    val innermost = open.filterNot(_.call.inputs.exists(hasCall))
    val now = innermost.filterNot(_.exists(isCall))
    // calls that guard one another: what guards them is given up where it is a score
    if (now.isEmpty) innermost.map(_.keeping(condition => !hasCall(condition))) else now
  }

  /** A call with its guard as a node has it: one expression. */
  def guardedBy(call: Predict, guard: Option[Expression]): GuardedCall =
    guard.fold(GuardedCall(call, Vector.empty)) { condition =>
      merged(call, Conditions.disjuncts(condition).map(Conditions.conjuncts))
    }

  /** One scoring for several places; a place whose conditions include another's adds no row. */
  def merged(call: Predict, alternatives: Vector[Vector[Expression]]): GuardedCall = {
    val widest = alternatives.zipWithIndex.collect {
      case (one, at) if !alternatives.zipWithIndex.exists { case (other, otherAt) =>
            other != one && otherAt != at && Conditions.imply(one, other) &&
            (!Conditions.imply(other, one) || otherAt < at)
          } =>
        one
    }.distinct
    GuardedCall(call, if (widest.exists(_.isEmpty)) Vector.empty else widest)
  }

  def hasCall(expression: Expression): Boolean = expression.exists(isCall)

  private def isCall(expression: Expression): Boolean = expression.isInstanceOf[Predict]

  /** Whether a call may move. Spark must decorrelate first: it knows no PredictNode. A lambda's
    * variable has no row at all.
    */
  def hasReadyCall(expression: Expression): Boolean = expression.exists {
    case call: Predict => call.resolved && !call.exists(isElsewhere)
    case _ => false
  }

  private def isReady(call: GuardedCall): Boolean =
    call.call.resolved && !call.exists(isElsewhere)

  private def isElsewhere(expression: Expression): Boolean = expression match {
    case _: OuterReference | _: NamedLambdaVariable => true
    case _ => false
  }

  /** A condition that can be evaluated for a row before the operator, with the same outcome. */
  private def isOfTheRow(condition: Expression): Boolean =
    condition.deterministic && !condition.exists {
      case _: NamedLambdaVariable | _: AggregateExpression | _: WindowExpression => true
      // Spark 3.3 refuses these in the Project that a guard stands in
      case _: Exists | _: InSubquery => Compat.checksFollowExtraction
      case _ => false
    }
}
