// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.python

import java.nio.charset.StandardCharsets.UTF_8

import io.sparkpredict.model.{Engines, InputLayout}
import io.sparkpredict.plan.{ModelInputs, Predict, PredictNode}
import org.apache.spark.sql.catalyst.expressions.{CreateNamedStruct, Expression, Literal}
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
    case PredictNode(call, result, child) if call.model.engine == Engines.python =>
      val carrier = call.model.carrier
      val udf = Compat.pythonCall(carrier, s"predict[${call.model.label}]", columns(call))
      new ArrowEvalPython(Seq(udf), Seq(result), child, carrier.evalType)
  }

  /** In the order that worker/columns.py takes apart. */
  private def columns(call: Predict): Seq[Expression] = {
    val inputs = ModelInputs.of(call)
    val shown = inputs.values.map(Compat.wallClock)
    val values = call.model.descriptor.layout match {
      case InputLayout.Frame => Seq(frame(call, shown))
      case _ => shown
    }
    val params = call.params.map(text => Literal(text.getBytes(UTF_8)))
    values ++ inputs.flaw ++ params ++ inputs.needed
  }

  private def frame(call: Predict, values: Seq[Expression]): Expression =
    CreateNamedStruct(call.intakes.zip(values).flatMap { case (intake, value) =>
      Seq(Literal(intake.name), value)
    })
}
