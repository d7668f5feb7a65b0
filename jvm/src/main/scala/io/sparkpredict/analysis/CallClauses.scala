// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import io.sparkpredict.PredictErrors
import io.sparkpredict.plan.Predict
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction
import org.apache.spark.sql.catalyst.expressions.{Expression, WindowExpression}
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan
import org.apache.spark.sql.catalyst.rules.Rule
import org.apache.spark.sql.catalyst.trees.CurrentOrigin

/** Refuses what belongs to aggregate functions: `PREDICT(DISTINCT ...)`, FILTER and OVER.
  *
  * Fires before Spark resolves functions, where Spark lets a rule in there (4.0 and later), and in
  * the Resolution batch, which is early enough for OVER.
  */
object CallClauses extends Rule[LogicalPlan] {
  override def apply(plan: LogicalPlan): LogicalPlan = {
    plan.foreach(_.expressions.foreach(_.foreach(refuse)))
    plan
  }

  private def refuse(expression: Expression): Unit = expression match {
    case call: UnresolvedFunction if PredictFunction.isNamedBy(call.nameParts) =>
      if (call.isDistinct) fail(call, PredictErrors.clauseUnsupported("DISTINCT"))
      if (call.filter.isDefined) fail(call, PredictErrors.clauseUnsupported("FILTER"))
    case window: WindowExpression if window.windowFunction.isInstanceOf[Predict] =>
      fail(window.windowFunction, PredictErrors.clauseUnsupported("OVER"))
    case _ =>
  }

  private def fail(at: Expression, error: => Exception): Unit =
    CurrentOrigin.withOrigin(at.origin)(throw error)

  /** The same for a builder on Spark 3, which tells it nothing of the call but its text. */
  def refuseByText(call: String): Unit = {
    val after = call.drop(closing(call) + 1)
    if (call.matches("(?is)[^(]*\\(\\s*DISTINCT\\b.*"))
      throw PredictErrors.clauseUnsupported("DISTINCT")
    if (after.matches("(?is)\\s*FILTER\\b.*")) throw PredictErrors.clauseUnsupported("FILTER")
  }

  /** Where the call's own parenthesis closes: those inside quotes do not count. */
  private def closing(call: String): Int = {
    var depth = 0
    var quote = Option.empty[Char]
    var at = 0
    var found = -1
    while (found < 0 && at < call.length) {
      val sign = call.charAt(at)
      if (quote.isDefined) {
        if (sign == '\\') at += 1
        else if (quote.contains(sign)) quote = None
      } else if ("'\"`".indexOf(sign.toInt) >= 0) quote = Some(sign)
      else if (sign == '(') depth += 1
      else if (sign == ')') {
        depth -= 1
        if (depth == 0) found = at
      }
      at += 1
    }
    if (found < 0) call.length else found
  }
}
