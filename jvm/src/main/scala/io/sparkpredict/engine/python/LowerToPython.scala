// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.python

import io.sparkpredict.plan.PredictNode
import org.apache.spark.sql.catalyst.plans.logical.{ArrowEvalPython, LogicalPlan}
import org.apache.spark.sql.catalyst.rules.Rule
import org.apache.spark.sql.sparkpredict.Compat

/** Makes each node that the python engine scores into Spark's own Arrow exchange.
  *
  * Fires before the cost-based rules: late enough that our rules have seen the node, early enough
  * that Spark's pushdown and pruning for Python functions still follow.
  */
object LowerToPython extends Rule[LogicalPlan] {
  override def apply(plan: LogicalPlan): LogicalPlan = plan.transformUpWithSubqueries {
    case PredictNode(call, result, child) =>
      val carrier = call.model.carrier
      val inputs = call.inputs ++ call.guard
      val udf = Compat.pythonCall(carrier, s"predict[${call.model.label}]", inputs)
      new ArrowEvalPython(Seq(udf), Seq(result), child, carrier.evalType)
  }
}
