// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import org.apache.spark.sql.catalyst.analysis.{UnresolvedFunction, UnresolvedStar}
import org.apache.spark.sql.catalyst.expressions.Expression
import org.apache.spark.sql.catalyst.plans.logical.{Filter, LogicalPlan}
import org.apache.spark.sql.catalyst.rules.Rule
import org.apache.spark.sql.internal.SQLConf
import org.apache.spark.sql.sparkpredict.Compat

/** Expands `PREDICT('m', *)` in a WHERE clause on Spark 3, which knows the star only in SELECT.
  *
  * Fires in the Resolution batch; leaves every other function and operator alone.
  */
object StarInFilter extends Rule[LogicalPlan] {
  override def apply(plan: LogicalPlan): LogicalPlan =
    if (Compat.expandsStarInFilter) plan
    else {
      plan.resolveOperatorsUp {
        case filter: Filter if filter.childrenResolved && filter.condition.exists(hasStar) =>
          filter.transformExpressionsUp {
            case call: UnresolvedFunction if hasStar(call) =>
              call.copy(arguments = call.arguments.flatMap(expanded(filter)))
          }
      }
    }

  private def hasStar(expression: Expression): Boolean = expression match {
    case call: UnresolvedFunction =>
      PredictFunction.isNamedBy(call.nameParts) &&
      call.arguments.exists(_.isInstanceOf[UnresolvedStar])
    case _ => false
  }

  private def expanded(filter: Filter)(argument: Expression): Seq[Expression] = argument match {
    case star: UnresolvedStar => star.expand(filter.child, SQLConf.get.resolver)
    case other => Seq(other)
  }
}
