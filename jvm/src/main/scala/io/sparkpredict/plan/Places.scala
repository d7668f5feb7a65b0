// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression
import org.apache.spark.sql.catalyst.expressions.{
  And,
  CaseWhen,
  Coalesce,
  Expression,
  If,
  NaNvl,
  Or,
  WindowExpression
}

/** A call in an expression, and the conditions under which the expression needs its score.
  *
  * The conditions are those of the branches on the way to the call, outermost first; each may be
  * evaluated where those before it are true. None means that every row needs the score.
  */
final case class Place(call: Predict, conditions: Vector[Expression])

object Places {

  /** All places of all calls in an expression.
    *
    * @param predicate
    *   whether NULL means the same as false there, as in WHERE
    */
  def of(expression: Expression, predicate: Boolean): Vector[Place] =
    walk(expression, Vector.empty, predicate)

  private def walk(
      expression: Expression,
      known: Vector[Expression],
      predicate: Boolean
  ): Vector[Place] = expression match {
    case call: Predict => Place(call, known) +: each(call.children, known)
    case choice: CaseWhen => cases(choice, known, predicate)
    case choice: If =>
      val condition = choice.predicate
      walk(condition, known, predicate = true) ++
        walk(choice.trueValue, known ++ Conditions.holds(condition), predicate) ++
        walk(choice.falseValue, known ++ Conditions.fails(condition), predicate)
    case both: And =>
      val left = both.left
      val needed = if (predicate) Conditions.holds(left) else Conditions.isNotFalse(left)
      walk(left, known, predicate) ++ walk(both.right, known ++ needed, predicate)
    case either: Or =>
      val needed = Conditions.fails(either.left)
      walk(either.left, known, predicate) ++ walk(either.right, known ++ needed, predicate)
    case first: Coalesce => inTurn(first.children, known)(Conditions.isMissing)
    case number: NaNvl => inTurn(number.children, known)(Conditions.isNaN)
    case function: AggregateExpression =>
      // an aggregate takes in every row that its filter lets pass, whatever stands around it
      val filter = function.filter.toVector
      filter.flatMap(walk(_, Vector.empty, predicate = true)) ++
        walk(
          function.aggregateFunction,
          filter.flatMap(Conditions.holds),
          predicate = false
        )
    case window: WindowExpression => each(window.children, Vector.empty)
    case other => each(other.children, known)
  }

  private def each(expressions: Seq[Expression], known: Vector[Expression]): Vector[Place] =
    expressions.toVector.flatMap(walk(_, known, predicate = false))

  private def cases(choice: CaseWhen, known: Vector[Expression], predicate: Boolean) = {
    val (places, afterAll) = choice.branches.foldLeft((Vector.empty[Place], known)) {
      case ((places, open), (condition, value)) =>
        val here = walk(condition, open, predicate = true) ++
          walk(value, open ++ Conditions.holds(condition), predicate)
        (places ++ here, open ++ Conditions.fails(condition))
    }
    places ++ choice.elseValue.toVector.flatMap(walk(_, afterAll, predicate))
  }

  /** Each expression is evaluated where those before it gave way. */
  private def inTurn(expressions: Seq[Expression], known: Vector[Expression])(
      givesWay: Expression => Expression
  ): Vector[Place] = {
    val (places, _) = expressions.foldLeft((Vector.empty[Place], known)) {
      case ((places, open), value) =>
        (places ++ walk(value, open, predicate = false), open :+ givesWay(value))
    }
    places
  }
}
