// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import io.sparkpredict.PredictErrors
import io.sparkpredict.plan.Predict
import org.apache.spark.sql.catalyst.expressions.{Expression, LambdaFunction, NamedLambdaVariable}
import org.apache.spark.sql.catalyst.plans.InnerLike
import org.apache.spark.sql.catalyst.plans.logical.{Join, LogicalPlan}
import org.apache.spark.sql.catalyst.trees.CurrentOrigin

/** Refuses the places where a call cannot be scored as a column of its rows. */
object PredictChecks extends (LogicalPlan => Unit) {
  override def apply(plan: LogicalPlan): Unit = plan.foreach { operator =>
    operator match {
      case join: Join if !join.joinType.isInstanceOf[InnerLike] =>
        firstCall(join.condition.toSeq).foreach { call =>
          CurrentOrigin.withOrigin(call.origin) {
            throw PredictErrors.inOuterJoin(call.sql, join.joinType.sql)
          }
        }
      case _ =>
    }
    operator.expressions.foreach(checkLambdas)
  }

  private def checkLambdas(expression: Expression): Unit = expression.foreach {
    case lambda: LambdaFunction =>
      calls(lambda).find(_.exists(_.isInstanceOf[NamedLambdaVariable])).foreach { call =>
        CurrentOrigin.withOrigin(call.origin)(throw PredictErrors.inLambda(call.sql))
      }
    case _ =>
  }

  private def firstCall(expressions: Seq[Expression]): Option[Predict] =
    expressions.flatMap(calls).headOption

  private def calls(expression: Expression): Seq[Predict] =
    expression.collect { case call: Predict => call }
}
