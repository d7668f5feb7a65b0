// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan

import io.sparkpredict.PredictErrors
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan
import org.apache.spark.sql.catalyst.rules.Rule
import org.apache.spark.sql.catalyst.trees.CurrentOrigin

/** Refuses a call that no operator could hold: correlated in a way that only shows when Spark has
  * made joins of the subqueries.
  *
  * Fires after the last extraction, before the engines take over the nodes.
  */
object RefuseUnplaced extends Rule[LogicalPlan] {
  override def apply(plan: LogicalPlan): LogicalPlan = {
    plan.foreach { operator =>
      if (!operator.isInstanceOf[PredictNode]) {
        operator.expressions.flatMap(_.collect { case call: Predict => call }).foreach { call =>
          CurrentOrigin.withOrigin(call.origin)(throw PredictErrors.acrossSubquery(call.sql))
        }
      }
      operator.subqueries.foreach(apply)
    }
    plan
  }
}
