// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import io.sparkpredict.plan.UnevaluableExpression
import org.apache.spark.sql.AnalysisException
import org.apache.spark.sql.catalyst.expressions.Expression
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan
import org.apache.spark.sql.catalyst.rules.Rule
import org.apache.spark.sql.types.{DataType, NullType}

/** A call that was refused: never resolved, until `RaiseRefusals` raises its error.
  *
  * A builder that throws has Spark attach the query's text to the exception, and PySpark 4 then looks
  * the condition up in Spark's own list, where ours is not, and loses the message.
  */
final case class Refusal(function: String, error: AnalysisException) extends UnevaluableExpression {
  override lazy val resolved: Boolean = false

  override def children: Seq[Expression] = Nil

  override def nullable: Boolean = true

  override def dataType: DataType = NullType

  override def prettyName: String = function

  override protected def withNewChildrenInternal(children: IndexedSeq[Expression]): Refusal = this
}

object Refusal {

  /** The expression that a builder makes, or the refusal that stands for its error. */
  def orElse(function: String)(build: => Expression): Expression =
    try build
    catch {
      case error: AnalysisException => Refusal(function, error)
    }
}

/** Raises the error of a refused call. Fires in the Resolution batch, right after the call is built. */
object RaiseRefusals extends Rule[LogicalPlan] {
  override def apply(plan: LogicalPlan): LogicalPlan = {
    plan.foreach { operator =>
      operator.expressions.foreach(_.foreach {
        case refusal: Refusal => throw refusal.error
        case _ =>
      })
    }
    plan
  }
}
